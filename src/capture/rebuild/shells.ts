import type { Loose } from "../types.js";
import type { ClassHooks } from "./privates.js";
import { type Heap, isReference, valueIn } from "./values.js";

/** A scope's code at work: `s` sets its variables, `m` makes functions, classes and inner scopes by their number. */
export interface LiveScope {
  s(values: readonly unknown[]): void;
  m(index: number, extra?: unknown): Loose;
}

/** What belongs to one instantiation besides its objects. */
export interface Run {
  scopes: LiveScope[];
  hooks: ClassHooks[];
}

/** Makes the object of a heap entry from entries before it, without what it holds: that is filled in later. */
export type Make = (heap: Heap, run: Run) => unknown;

type Blob = (index: number) => Uint8Array;

/** Makers of data objects; functions and classes are made by `functions.ts`. */
export function makeOf(entry: Loose, blob: Blob): Make {
  switch (entry.k) {
    case "obj":
      return makeObject(entry);
    case "arr":
      return makeArray(entry);
    case "map":
      return () => new Map();
    case "set":
      return () => new Set();
    case "date":
      return (heap) => new Date(valueIn(heap, entry.t) as number);
    case "re":
      return () => new RegExp(entry.s, entry.f);
    case "box":
      return (heap) => Object(valueIn(heap, entry.v));
    case "err":
      return makeError;
    case "args":
      return entry.sloppy ? makeSloppyArguments : makeArguments;
    case "buf":
      return makeBuffer(entry, blob);
    case "view":
      return makeView(entry);
    case "bound":
      return makeBound(entry);
    case "proxy":
      return (heap) => new Proxy(valueIn(heap, entry.t) as object, valueIn(heap, entry.h) as ProxyHandler<object>);
    case "params":
      return (heap) => (valueIn(heap, entry.u) as URL).searchParams;
    case "task":
      return makeTask;
    case "made":
      return makeByConstructor(entry);
    default:
      throw new Error(`The function payload holds an entry of unknown kind ${entry.k}`);
  }
}

/** What a task runs in is told to debuggers alone. */
function makeTask(): unknown {
  return (console as Loose).createTask?.("captured") ?? { run: (task: () => unknown) => task() };
}

function makeObject({ proto, t }: Loose): Make {
  if (proto === undefined) return t ? () => ({ ...t }) : () => ({});
  if (!isReference(proto)) return () => Object.create(null);
  const [id] = proto;
  return (heap) => Object.create(heap[id]);
}

function makeArray({ n, t }: Loose): Make {
  if (t) return () => t.slice();
  return () => {
    const array: unknown[] = [];
    array.length = n;
    return array;
  };
}

/** Own fields that the engine gives a new error are taken away; the captured ones are defined later. */
function makeError(): unknown {
  const error = new Error();
  for (const key of Reflect.ownKeys(error)) Reflect.deleteProperty(error, key);
  return error;
}

function makeArguments(): unknown {
  const made = (function (): unknown {
    // biome-ignore lint/complexity/noArguments: an arguments object is what is to be made
    return arguments;
  })();
  return made;
}

const makeSloppyArguments: Make = () => new Function("return arguments")();

function makeBuffer({ b, max }: Loose, blob: Blob): Make {
  const bytes = blob(b);
  return () => {
    const options = max === undefined ? undefined : { maxByteLength: max };
    const buffer = new (ArrayBuffer as Loose)(bytes.length, options);
    new Uint8Array(buffer).set(bytes);
    return buffer;
  };
}

function makeView({ type, b, o, n }: Loose): Make {
  return (heap) => {
    const buffer = valueIn(heap, b);
    if (type === "Buffer") return Buffer.from(buffer as ArrayBuffer, o, n);
    return new (globalThis as Loose)[type](buffer, o, n);
  };
}

/** The bound function's own name and length are defined with its properties. */
function makeBound({ target, self, args }: Loose): Make {
  const bind = Function.prototype.bind;
  return (heap) =>
    bind.call(valueIn(heap, target) as Loose, valueIn(heap, self), ...args.map((one: Loose) => valueIn(heap, one)));
}

function makeByConstructor({ c, args }: Loose): Make {
  return (heap) => new (valueIn(heap, c) as Loose)(...args.map((one: Loose) => valueIn(heap, one)));
}
