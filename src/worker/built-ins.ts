/**
 * What JavaScript and Node bring along, as it was before any of the user's code ran here. The worker's own code stands on it, and so do
 * other calls: what a call replaces is put back when it ends. What packages and setups have replaced, as polyfills do, every call
 * gets; between calls it is put aside.
 */
import { EventEmitter } from "node:events";

/** Taken at load, as all that is used below. */
const { apply, defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys, setPrototypeOf } =
  Reflect;

/** Of `globalThis`, as far as they are no accessors that load something when they are read. */
const GLOBALS = [
  "Array",
  "ArrayBuffer",
  "BigInt",
  "Boolean",
  "Buffer",
  "DataView",
  "Date",
  "Error",
  "Float64Array",
  "Function",
  "JSON",
  "Map",
  "Math",
  "Number",
  "Object",
  "Promise",
  "Proxy",
  "RangeError",
  "Reflect",
  "RegExp",
  "Set",
  "String",
  "Symbol",
  "SyntaxError",
  "TypeError",
  "Uint32Array",
  "Uint8Array",
  "WeakMap",
  "WeakRef",
  "WeakSet",
  "clearImmediate",
  "clearInterval",
  "clearTimeout",
  "isNaN",
  "parseInt",
  "process",
  "queueMicrotask",
  "setImmediate",
  "setInterval",
  "setTimeout",
];

/** Those whose own functions, and those of whose prototypes, the worker calls. */
const CLASSES: readonly { prototype: object }[] = [
  Array,
  ArrayBuffer,
  BigInt,
  Buffer,
  DataView,
  Date,
  Error,
  EventEmitter,
  Function,
  Map,
  Number,
  Object,
  Promise,
  RegExp,
  Set,
  String,
  Symbol,
  getPrototypeOf(Uint8Array) as Uint8ArrayConstructor,
  WeakMap,
];

/** What loops and generators stand on. */
const ITERATORS: readonly object[] = [
  getPrototypeOf([][Symbol.iterator]()) as object,
  getPrototypeOf(new Map()[Symbol.iterator]()) as object,
  getPrototypeOf(new Set()[Symbol.iterator]()) as object,
  getPrototypeOf(getPrototypeOf(function* () {}.prototype) as object) as object,
];

/** What makes any `{}` of the worker something else when all objects inherit it. */
const INHERITED: Record<string, unknown> = {};

/** A property that holds a function; its value is that of an accessor where it is one. */
interface BuiltIn {
  owner: object;
  key: PropertyKey;
  value: unknown;
  /** Undefined for what was not there. */
  descriptor: PropertyDescriptor | undefined;
}

/** What calls made of it. */
interface Replaced {
  builtIn: BuiltIn;
  given: PropertyDescriptor | undefined;
  /** Where an accessor of Node's took it. */
  givenValue: unknown;
}

export class BuiltIns {
  readonly #all = builtIns();
  readonly #areAsBefore = checkOf(this.#all);
  /** By packages and setups. */
  #lasting: readonly Replaced[] = [];
  /** Runs of the user's code under way. */
  #running = 0;
  /** What has been loaded, of jobs. */
  readonly #loaded = new WeakSet<object>();
  /** Whether packages were loaded since it was looked at. */
  #isUnsure = true;
  /** Whether one could not be put back. */
  isSpoiled = false;

  /** @param code of a job, which has been loaded, with its packages: now or for an earlier shard */
  noteLoaded(code: object): void {
    if (this.#loaded.has(code)) return;
    this.#loaded.add(code);
    this.#isUnsure = true;
  }

  /** The user's code is about to run. */
  lend(): void {
    if (this.#running++ > 0) return;
    if (this.#isUnsure && !this.#areAsBefore()) this.#lasting = [...this.#lasting, ...this.#putAside()];
    this.#isUnsure = false;
    for (const one of this.#lasting) give(one);
  }

  /**
   * No code of the user's runs any more. Uses nothing that may have been replaced.
   *
   * @param isLasting whether what was replaced is to be so for the calls that follow
   */
  takeBack(isLasting: boolean): void {
    if (--this.#running > 0 || this.#areAsBefore()) return;
    const replaced = this.#putAside();
    if (isLasting) this.#lasting = replaced;
  }

  #putAside(): Replaced[] {
    const replaced = this.#find();
    for (let i = replaced.length - 1; i >= 0; i--)
      if (!putBack((replaced[i] as Replaced).builtIn)) this.isSpoiled = true;
    return replaced;
  }

  #find(): Replaced[] {
    const found: Replaced[] = [];
    for (let i = 0; i < this.#all.length; i++) addReplaced(found, this.#all[i] as BuiltIn);
    const names = ownKeys(Object.prototype);
    for (let i = 0; i < names.length; i++) {
      const key = names[i] as string;
      const given = descriptorOf(Object.prototype, key);
      const isAdded = given?.enumerable || key === "then" || key === "toJSON";
      const builtIn = { owner: Object.prototype, key, value: undefined, descriptor: undefined };
      if (isAdded) found[found.length] = { builtIn, given, givenValue: undefined };
    }
    return found;
  }
}

function addReplaced(found: Replaced[], builtIn: BuiltIn): void {
  const { owner, key, value, descriptor } = builtIn;
  const given = descriptorOf(owner, key);
  const isAccessor = descriptor?.get !== undefined && given?.get === descriptor.get;
  const givenValue = isAccessor ? apply(descriptor.get as () => unknown, owner, []) : given?.value;
  if (given && givenValue === value) return;
  found[found.length] = { builtIn, given, givenValue };
}

function give({ builtIn: { owner, key, descriptor }, given, givenValue }: Replaced): void {
  if (!given) deleteProperty(owner, key);
  else defineProperty(owner, key, given);
  if (descriptor?.set && given?.set === descriptor.set) apply(descriptor.set, owner, [givenValue]);
}

function putBack({ owner, key, value, descriptor }: BuiltIn): boolean {
  if (!descriptor) return deleteProperty(owner, key);
  const isBack = defineProperty(owner, key, descriptor);
  if (descriptor.set && isBack) apply(descriptor.set, owner, [value]);
  return isBack;
}

/** Without a prototype, which would be looked at for what it does not say. */
function descriptorOf(owner: object, key: PropertyKey): PropertyDescriptor | undefined {
  const descriptor = getOwnPropertyDescriptor(owner, key);
  if (descriptor) setPrototypeOf(descriptor, null);
  return descriptor;
}

function builtIns(): BuiltIn[] {
  const found: BuiltIn[] = [];
  const add = (owner: object, keys: readonly PropertyKey[]) => {
    for (const key of keys) {
      const descriptor = descriptorOf(owner, key);
      const value = owner === globalThis ? Reflect.get(owner, key) : descriptor?.value;
      if (typeof value === "function" || owner === globalThis) found.push({ owner, key, value, descriptor });
    }
  };
  add(globalThis, GLOBALS);
  for (const owner of [JSON, Math, Reflect, process, ...ITERATORS]) add(owner, ownKeys(owner));
  for (const one of CLASSES) for (const owner of [one, one.prototype]) add(owner, ownKeys(owner));
  return found;
}

/**
 * Whether all are as they were, asked after each call. A function that names each of them takes a microsecond for some hundreds, which is
 * a tenth of what a loop takes; where code may not be made of strings, it is a loop.
 */
function checkOf(all: readonly BuiltIn[]): () => boolean {
  const areSame = namedCheckOf(all) ?? (() => all.every(({ owner, key, value }) => Reflect.get(owner, key) === value));
  return () => {
    try {
      for (const _ in INHERITED) return false;
      return INHERITED.then === undefined && INHERITED.toJSON === undefined && areSame();
    } catch {
      // Of a getter that a call has put there.
      return false;
    }
  };
}

function namedCheckOf(all: readonly BuiltIn[]): (() => boolean) | undefined {
  const owners = [...new Set(all.map(({ owner }) => owner))];
  const names = owners.map((_, i) => `o${i}`);
  // Each value is a variable: to look it up in a list takes as long as the property.
  const values = all.map((_, i) => `v${i}`);
  const tests = all.map(({ owner, key }, i) => {
    const name = typeof key === "string" ? JSON.stringify(key) : `all[${i}].key`;
    return `${names[owners.indexOf(owner)]}[${name}] === v${i}`;
  });
  const text = `const [${names}] = owners, [${values}] = all.map(({ value }) => value); return () => ${tests.join(" && ")};`;
  try {
    return new Function("owners", "all", text)(owners, all) as () => boolean;
  } catch {
    return undefined;
  }
}
