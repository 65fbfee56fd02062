import { type AnyClass, type ClassOptions, ClassRegistry } from "./codec/classes.js";
import { asCalled } from "./util/called.js";
import { isNotebook } from "./util/notebook.js";

const registry = new ClassRegistry();
let isEmpty = true;

/**
 * Lets instances of a class be inputs, results and fields of thrown errors. The class travels to the workers with each
 * function that is mapped from then on. Without hooks an instance travels as its own enumerable fields and is made
 * again without its constructor being run; a class with private `#fields` needs the hooks.
 *
 * In a notebook, a class takes the place of the one that had its name, since a cell that is run again defines its class again; instances
 * of the former one are refused then.
 *
 * @throws OptionError when the name is empty or taken, or when only one of the two hooks is given
 */
export function registerClass<T extends object>(cls: AnyClass<T>, options: ClassOptions<T> = {}): void {
  asCalled(registerClass, () => registry.register(cls, options, isNotebook()));
  isEmpty = false;
}

/** What was registered so far; undefined when nothing was. */
export function registeredClasses(): ClassRegistry | undefined {
  return isEmpty ? undefined : registry;
}
