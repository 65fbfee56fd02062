import { readProperty } from "../own-property.js";

/**
 * Likenesses of prototypes that Node has for errors with codes, which no public name reaches. Their root in a payload is
 * `!TypeError ERR_INVALID_ARG_TYPE`, a public class and the code, or `!AbortError`.
 */
const made = new Map<string, object>();

export function nodeErrorPrototype(root: string): object {
  const known = made.get(root);
  if (known) return known;
  const [base = "", code] = root.slice(1).split(" ");
  const prototype =
    code === undefined ? AbortError.prototype : withCode(readProperty(globalThis, base) as ErrorConstructor, code);
  made.set(root, prototype);
  return prototype;
}

class AbortError extends Error {}

function withCode(Base: ErrorConstructor, code: string): object {
  const texts = {
    toString(this: Error): string {
      return `${this.name} [${code}]: ${this.message}`;
    },
  };
  return Object.create(Base.prototype, {
    constructor: { get: () => Base, configurable: true },
    toString: { value: texts.toString, writable: true, configurable: true },
  });
}
