import { types } from "node:util";
import { isInternal, lazyBuiltinOf } from "../identity/builtins.js";
import { importerOf, packageOfFile, packagePathOf } from "../identity/packages.js";
import { meetRealm } from "../identity/realms.js";
import { viteFileOf } from "../identity/vite.js";
import { type FunctionLook, lookAtFunction } from "../inspect/look.js";
import { type Script, scriptOf } from "../inspect/scripts.js";
import { type FunctionSource, sourceOfFunction } from "../source/function-source.js";
import type { Callable, Loose } from "../types.js";
import { addReferences } from "./bindings.js";
import { fillClass, meetClass } from "./classes.js";
import type { FunctionInfo, HostNode, Step } from "./graph.js";
import { placeInClass } from "./inside.js";
import { naturalNameOf } from "./names.js";
import { refusePatched } from "./patched.js";
import { addPrivates } from "./privates.js";
import { encodeKey, encodeProperty, extensibility, flagsOf, stepTo } from "./properties.js";
import { arrowReceiver } from "./receiver.js";
import { refusalOfInternal } from "./refuse.js";
import { refusalOfSpecifier, requireOf } from "./requires.js";
import type { Walker } from "./walker.js";

/** Enters a function: bound, a package's, a class, or code of the user's. */
export function meetFunction(walker: Walker, fn: Callable, step: Step): HostNode {
  const look = lookAtFunction(fn);
  if (look.bound) return meetBound(walker, fn, step, look.bound);
  if (isInternal(fn)) return meetInternal(walker, fn, step);
  const script = look.location && scriptOf(look.location.scriptId);
  const fromPackage = script && packageOfFile(script.url) && meetPackaged(walker, fn, step, script);
  return fromPackage || meetOwn(walker, fn, step, look, script);
}

function meetBound(walker: Walker, fn: Callable, step: Step, bound: NonNullable<FunctionLook["bound"]>): HostNode {
  const node = walker.addNode(fn, step, { k: "bound" });
  (node as Loose).fill = () => {
    const { data } = node;
    data.target = walker.encode(bound.target, { from: step, text: " (bound function)" });
    data.self = walker.encode(bound.self, { from: step, text: " (bound this)" });
    data.args = bound.args.map((arg, index) => walker.encode(arg, { from: step, text: ` (bound argument ${index})` }));
    node.needs.push(...[data.target, data.self, ...data.args].filter(isNode));
    const proto = Object.getPrototypeOf(fn);
    if (proto !== prototypeOfBound(data.target)) data.late = walker.encode(proto, stepTo(step, "__proto__"));
    fillFunctionProperties(walker, node, { name: undefined, length: undefined, hasPrototype: false });
  };
  return node;
}

/** The prototype that binding gives on the worker, which is the target's at that time; undefined when that may vary. */
function prototypeOfBound({ data, fn, value }: HostNode): unknown {
  if (data.k === "fn" && fn) return naturalPrototypeOf(fn.source);
  return data.k === "g" ? Object.getPrototypeOf(value) : undefined;
}

export function isNode(encoded: Loose): encoded is HostNode {
  return typeof encoded === "object" && encoded !== null && !Array.isArray(encoded);
}

function meetInternal(walker: Walker, fn: Callable, step: Step): HostNode {
  const required = requireOf(fn);
  if (required) return walker.addNode(fn, step, { k: "req", file: required });
  const lazy = lazyBuiltinOf(fn);
  if (lazy) return walker.addNode(fn, step, { k: "g", ...lazy });
  return walker.refuse(step, refusalOfInternal(fn));
}

function meetPackaged(walker: Walker, fn: Callable, step: Step, script: Script): HostNode | undefined {
  const found =
    walker.importRoots.pathTo(fn) ??
    packagePathOf(fn, script.url, script.isModule, importerOf(walker.options.importer));
  return found && walker.addPackage(fn, step, found);
}

function meetOwn(walker: Walker, fn: Callable, step: Step, look: FunctionLook, script: Script | undefined): HostNode {
  const source = sourceOfFunction(fn, look.location);
  if (!source) return refuseText(walker, step);
  meetRealm(look.scopes);
  const node = walker.addNode(fn, step, { k: source.parts ? "cls" : "fn" });
  node.fn = infoOf(fn, source, look, script);
  node.bytes = Buffer.byteLength(source.text);
  registerPrototype(walker, node, source);
  if (source.parts) meetClass(node);
  (node as Loose).fill = () => (source.parts ? fillClass(walker, node) : fillFunction(walker, node));
  return node;
}

function refuseText(walker: Walker, step: Step): never {
  return walker.refuse(step, {
    reason: "its source text cannot be read, or is nested too deeply to be read",
    cure: "Write it as an ordinary function, and a very long expression as a loop over an array.",
  });
}

function infoOf(fn: Callable, source: FunctionSource, look: FunctionLook, script: Script | undefined): FunctionInfo {
  return {
    fn,
    source,
    look,
    script,
    strict:
      script?.isModule || Boolean(source.parts) || (source.surroundings()?.strict ?? !Object.hasOwn(fn, "caller")),
    references: [],
    self: undefined,
    args: undefined,
    home: undefined,
    classInfo: undefined,
    element: undefined,
    inside: undefined,
  };
}

/** The prototype object that came with a function is found through it. */
function registerPrototype(walker: Walker, node: HostNode, source: FunctionSource): void {
  const prototype = Object.getOwnPropertyDescriptor(node.value, "prototype")?.value;
  if (typeof prototype !== "object" || prototype === null || walker.known(prototype)) return;
  if (!source.parts && !isMadeWith(node.value, prototype, source)) return;
  const entry = walker.addNode(prototype, stepTo(node.step, "prototype"), { k: "pro", f: node });
  entry.needs.push(node);
  (entry as Loose).fill = () => fillPrototypeObject(walker, entry, node);
}

/** Whether a function's prototype may be the one that it was made with, or equals that. */
function isMadeWith(fn: Callable, prototype: object, source: FunctionSource): boolean {
  const own = Object.getOwnPropertyDescriptor(prototype, "constructor");
  if (!source.parsed.node.generator) return own?.value === fn;
  return !own && Object.getPrototypeOf(prototype) === (naturalPrototypeOf(source) as Loose).prototype;
}

function fillPrototypeObject(walker: Walker, entry: HostNode, owner: HostNode): void {
  walker.takeWhole(owner);
  if (owner.fn?.classInfo) return;
  const { value, step } = entry;
  const proto = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && !owner.fn?.source.parsed.node.generator)
    entry.data.late = walker.encode(proto, stepTo(step, "__proto__"));
  const entries: Loose[] = [];
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
    if (key === "constructor" && descriptor.value === owner.value && flagsOf(descriptor) === 5) continue;
    entries.push(encodeKey(walker, key, step), encodeProperty(walker, descriptor, stepTo(step, key)));
  }
  if (entries.length > 0) entry.data.p = entries;
  entry.data.x = extensibility(value);
}

function fillFunction(walker: Walker, node: HostNode): void {
  const info = node.fn as FunctionInfo;
  refuseForms(walker, node.step, info);
  refusePatched(walker, node.step, info);
  addReferences(walker, node);
  placeInClass(walker, node);
  arrowReceiver(walker, node);
  const natural = naturalPrototypeOf(info.source);
  const proto = Object.getPrototypeOf(node.value);
  if (proto !== natural) node.data.late = walker.encode(proto, stepTo(node.step, "__proto__"));
  const parsed = info.source.parsed;
  const hasPrototype = Object.hasOwn(node.value, "prototype");
  fillFunctionProperties(walker, node, {
    name: naturalNameOf(info),
    length: naturalLength(parsed.node.params),
    hasPrototype,
  });
  addPrivates(walker, node);
}

const ASYNC = Object.getPrototypeOf(async () => {});
const GENERATOR = Object.getPrototypeOf(function* () {});
const ASYNC_GENERATOR = Object.getPrototypeOf(async function* () {});

function naturalPrototypeOf({ parsed }: FunctionSource): object {
  const { async: isAsync, generator } = parsed.node as Loose;
  if (isAsync) return generator ? ASYNC_GENERATOR : ASYNC;
  return generator ? GENERATOR : Function.prototype;
}

export function naturalLength(params: Loose[]): number {
  const optional = params.findIndex((one) => one.type === "AssignmentPattern" || one.type === "RestElement");
  return optional < 0 ? params.length : optional;
}

interface Natural {
  name: string | undefined;
  length: number | undefined;
  hasPrototype: boolean;
}

/** Properties of a function that its code does not give it by itself. */
export function fillFunctionProperties(walker: Walker, node: HostNode, natural: Natural): void {
  const { value, step, data } = node;
  const entries: Loose[] = [];
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
    if (isNaturalProperty(walker, node, key, descriptor, natural)) continue;
    entries.push(encodeKey(walker, key, step), encodeProperty(walker, descriptor, stepTo(step, key)));
  }
  const missing = ["name", "length"].filter((key) => !Object.hasOwn(value, key));
  if (missing.length > 0) data.drop = [...(data.drop ?? []), ...missing];
  if (entries.length > 0) data.p = [...(data.p ?? []), ...entries];
  data.x = extensibility(value);
}

function isNaturalProperty(
  walker: Walker,
  node: HostNode,
  key: PropertyKey,
  own: PropertyDescriptor,
  natural: Natural,
): boolean {
  const { value } = node;
  if (key === "name" || key === "length")
    return Object.hasOwn(own, "value") && own.value === natural[key] && flagsOf(own) === 4;
  if (key === "caller" || key === "arguments") return !node.fn?.strict && own.value === null;
  if (key !== "prototype" || !natural.hasPrototype) return false;
  const entry = walker.known(own.value);
  if (entry?.data.k !== "pro" || entry.data.f !== node) return false;
  if (!isPristine(own.value, value)) walker.takeWhole(entry);
  return flagsOf(own) === 1;
}

function isPristine(prototype: object, fn: Callable): boolean {
  const keys = Reflect.ownKeys(prototype);
  if (keys.length === 0) return Object.isExtensible(prototype);
  const own = Object.getOwnPropertyDescriptor(prototype, "constructor");
  const untouched = keys.length === 1 && own?.value === fn && flagsOf(own) === 5;
  return untouched && Object.getPrototypeOf(prototype) === Object.prototype && Object.isExtensible(prototype);
}

/** Forms of code whose meaning hangs on where they stand. */
export function refuseForms(walker: Walker, step: Step, { source, script }: FunctionInfo): void {
  const { directEval, importMeta, hasWith, imports, requires, usesNewTarget } = source.analysis;
  if (directEval)
    refuseForm(
      walker,
      step,
      "eval",
      "it calls eval directly, so what it needs cannot be known",
      "Write the code out, or use new Function.",
    );
  if (hasWith)
    refuseForm(
      walker,
      step,
      "with",
      "it uses a with statement, so what it needs cannot be known",
      "Name the object at each use.",
    );
  if (importMeta)
    refuseForm(
      walker,
      step,
      "import.meta",
      "import.meta speaks of a file that the worker does not run",
      "Compute what you need from it outside, and capture that.",
    );
  if (usesNewTarget && source.isArrow)
    refuseForm(
      walker,
      step,
      "new.target",
      "an arrow function's new.target cannot be read",
      "Store new.target in a variable outside.",
    );
  const imported = imports.filter((one) => !viteFileOf(one, script?.url ?? "")).map((one) => one.specifier);
  for (const specifier of [...imported, ...requires]) {
    const refusal = specifier === undefined ? undefined : refusalOfSpecifier(specifier, importerOf(script?.url ?? ""));
    if (refusal) refuseForm(walker, step, `import(${JSON.stringify(specifier)})`, refusal.reason, refusal.cure);
  }
}

function refuseForm(walker: Walker, step: Step, name: string, reason: string, cure: string): never {
  return walker.refuse({ from: step, text: step.text === "" ? name : ` -> ${name}` }, { reason, cure });
}

export function isProxied(value: unknown): boolean {
  return types.isProxy(value);
}
