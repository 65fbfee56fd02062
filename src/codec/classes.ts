import { OptionError } from "../errors.js";

// biome-ignore lint/suspicious/noExplicitAny: a constructor of any arguments, which is never called
export type AnyClass<T extends object = object> = abstract new (...args: any[]) => T;

export interface ClassOptions<T extends object = object> {
  /** Name on the wire, the same in every program that reads the value. Default: the class's own name. */
  name?: string;
  /** Returns the state to send, which must be a value that can travel. Default: the instance's own enumerable fields. */
  encode?(instance: T): unknown;
  /** Makes an instance from that state. Given together with `encode`. */
  decode?(state: unknown): T;
}

export interface RegisteredClass {
  readonly name: string;
  readonly prototype: object;
  readonly encode: ((instance: object) => unknown) | undefined;
  readonly decode: ((state: unknown) => object) | undefined;
}

/**
 * Classes whose instances may travel. Both sides register a class under one name. Without hooks an instance travels
 * as its own enumerable fields (and its entries, when it extends Array, Map, Set or Error), and is made again without
 * its constructor being run; private `#fields` cannot be seen, so a class that has them needs hooks.
 */
export class ClassRegistry {
  private readonly byName = new Map<string, AnyClass>();
  private readonly byPrototype = new Map<object, RegisteredClass>();
  /** Prototypes of classes in whose place others are now. */
  private readonly replaced = new WeakSet<object>();

  /** @param base asked for classes that are not registered here */
  constructor(private readonly base?: ClassRegistry) {}

  /**
   * Throws OptionError when the name is empty or taken by another class, or when only one hook is given.
   *
   * @param replaces whether a class takes the place of another one of its name
   */
  register<T extends object>(cls: AnyClass<T>, options: ClassOptions<T> = {}, replaces = false): void {
    const name = options.name ?? cls.name;
    this.check(cls, name, options);
    const other = this.byName.get(name);
    if (other && other !== cls) this.replace(other, name, replaces);
    const known = this.byPrototype.get(cls.prototype);
    if (known) this.byName.delete(known.name);
    this.byName.set(name, cls);
    this.replaced.delete(cls.prototype);
    this.byPrototype.set(cls.prototype, {
      name,
      prototype: cls.prototype,
      encode: options.encode as RegisteredClass["encode"],
      decode: options.decode,
    });
  }

  private check<T extends object>(cls: AnyClass<T>, name: string, options: ClassOptions<T>): void {
    if (typeof cls !== "function" || typeof cls.prototype !== "object" || cls.prototype === null)
      throw new OptionError("cls", "registerClass() needs a class.");
    if (!name) throw new OptionError("name", "The class has no name of its own: register it with { name }.");
    if (!options.encode !== !options.decode)
      throw new OptionError(options.encode ? "decode" : "encode", `Register ${name} with both hooks, or with neither.`);
  }

  private replace(other: AnyClass, name: string, isWanted: boolean): void {
    if (!isWanted)
      throw new OptionError("name", `Another class is registered as ${name}: register one of them with { name }.`);
    this.byPrototype.delete(other.prototype);
    this.replaced.add(other.prototype);
  }

  /** Whether a class had this prototype that another one of its name has replaced. */
  isReplaced(prototype: object): boolean {
    return this.replaced.has(prototype) || this.base?.isReplaced(prototype) === true;
  }

  /** The name under which a class is registered. */
  nameOf(cls: AnyClass): string | undefined {
    return this.ofPrototype(cls.prototype)?.name;
  }

  /** The class registered under a name. */
  get(name: string): AnyClass | undefined {
    return this.byName.get(name) ?? this.base?.get(name);
  }

  /** Every registered class by its name, without those of the base. */
  entries(): ReadonlyMap<string, AnyClass> {
    return this.byName;
  }

  /** For the codec: what is known of the class whose `prototype` this is. */
  ofPrototype(prototype: object): RegisteredClass | undefined {
    return this.byPrototype.get(prototype) ?? this.base?.ofPrototype(prototype);
  }

  /** For the codec: what is known under a name. */
  ofName(name: string): RegisteredClass | undefined {
    const cls = this.byName.get(name);
    return cls ? this.byPrototype.get(cls.prototype) : this.base?.ofName(name);
  }
}
