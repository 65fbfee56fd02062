import type { WalkContext } from "../../graph/context.js";
import type { Step } from "../../graph/path.js";

/**
 * The property `stack`. The engine's own, which `Error.captureStackTrace` puts on any object, is an accessor on newer
 * engines and a value on older ones: its text is what travels. Either way it is written only when first read.
 */
export function stackOf(walker: WalkContext, value: object, step: Step): PropertyDescriptor {
  try {
    const own = Object.getOwnPropertyDescriptor(value, "stack") as PropertyDescriptor;
    if (Object.hasOwn(own, "value") || !walker.isInternal(own.get)) return own;
    const text: unknown = Reflect.apply(own.get as () => unknown, value, []);
    return {
      value: text,
      writable: true,
      enumerable: own.enumerable === true,
      configurable: own.configurable === true,
    };
  } catch (error) {
    const { message } = error as Error;
    return walker.refuse(step, {
      reason: `the program's Error.prepareStackTrace, which writes it, failed with ${message}`,
      hint: "Fix that function, or capture the error's message instead of the error.",
    });
  }
}
