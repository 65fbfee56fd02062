import { readProperty } from "../own-property.js";
import type {
  ArrayEntry,
  BoundEntry,
  BufferEntry,
  CalledEntry,
  ConstructedEntry,
  DataEntry,
  HeapReference,
  ObjectEntry,
  ViewEntry,
} from "../payload/entry.js";
import type { Callable } from "../types.js";
import type { Make } from "./make.js";
import { makePartlyLoaded } from "./partly-loaded.js";
import { valueIn } from "./values.js";

type Blob = (index: number) => Uint8Array;

/** Makers of data objects; functions and classes are made by `functions.ts`. */
export function makeOf(entry: DataEntry<HeapReference>, blob: Blob): Make {
  switch (entry.kind) {
    case "object":
      return makeObject(entry);
    case "array":
      return makeArray(entry);
    case "map":
      return () => new Map();
    case "set":
      return () => new Set();
    case "weakMap":
      return () => new WeakMap();
    case "weakSet":
      return () => new WeakSet();
    case "date":
      return (heap) => new Date(valueIn(heap, entry.time) as number);
    case "regexp":
      return () => new RegExp(entry.source, entry.flags);
    case "wrapper":
      return (heap) => Object(valueIn(heap, entry.value));
    case "error":
      return makeError;
    case "arguments":
      return entry.isSloppy ? makeSloppyArguments : makeArguments;
    case "buffer":
      return makeBuffer(entry, blob);
    case "view":
      return makeView(entry);
    case "bound":
      return makeBound(entry);
    case "proxy":
      return (heap) => new Proxy(valueIn(heap, entry.target) as object, valueIn(heap, entry.handler) as object);
    case "partlyLoaded":
      return makePartlyLoaded(entry);
    case "searchParams":
      return (heap) => (valueIn(heap, entry.url) as URL).searchParams;
    case "task":
      return makeTask;
    case "constructed":
      return makeByConstructor(entry);
    case "called":
      return makeByCall(entry);
    default:
      return unknownKind(entry);
  }
}

function unknownKind(entry: never): never {
  throw new Error(`The function payload holds an entry of unknown kind ${(entry as { kind: string }).kind}`);
}

/** What a task runs in is told to debuggers alone. */
function makeTask(): unknown {
  return (
    (console as { createTask?(name: string): unknown }).createTask?.("captured") ?? {
      run: (task: () => unknown) => task(),
    }
  );
}

function makeObject({ prototype }: ObjectEntry<HeapReference>): Make {
  if (prototype === undefined) return () => ({});
  return (heap) => Object.create(valueIn(heap, prototype) as object | null);
}

function makeArray({ length }: ArrayEntry<HeapReference>): Make {
  return () => {
    const array: unknown[] = [];
    array.length = length;
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

/** The engine's own types leave the second argument out. */
type MakeBuffer = new (length: number, options: { maxByteLength: number } | undefined) => ArrayBuffer;

function makeBuffer({ blob: index, maxBytes }: BufferEntry<HeapReference>, blob: Blob): Make {
  const bytes = blob(index);
  return () => {
    const options = maxBytes === undefined ? undefined : { maxByteLength: maxBytes };
    const buffer = new (ArrayBuffer as MakeBuffer)(bytes.length, options);
    new Uint8Array(buffer).set(bytes);
    return buffer;
  };
}

function makeView({ type, buffer, offset, length }: ViewEntry<HeapReference>): Make {
  return (heap) => {
    const memory = valueIn(heap, buffer) as ArrayBuffer;
    if (type === "Buffer") return Buffer.from(memory, offset, length);
    return Reflect.construct(readProperty(globalThis, type) as Callable, [memory, offset, length]);
  };
}

/** The bound function's own name and length are defined with its properties. */
function makeBound({ target, self, arguments: args }: BoundEntry<HeapReference>): Make {
  const { bind } = Function.prototype;
  return (heap) => {
    const bound = args.map((one) => valueIn(heap, one));
    return Reflect.apply(bind, valueIn(heap, target) as Callable, [valueIn(heap, self), ...bound]);
  };
}

function makeByCall({ maker, arguments: args }: CalledEntry<HeapReference>): Make {
  return (heap) => {
    const given = args.map((one) => valueIn(heap, one));
    return Reflect.apply(valueIn(heap, maker) as Callable, undefined, given);
  };
}

function makeByConstructor({ maker, arguments: args }: ConstructedEntry<HeapReference>): Make {
  return (heap) => {
    const given = args.map((one) => valueIn(heap, one));
    return Reflect.construct(valueIn(heap, maker) as Callable, given);
  };
}
