import { types } from "node:util";
import { isInternal } from "../identity/builtins.js";
import { isStandardGlobal } from "../identity/globals.js";
import { comesFromPackage } from "../identity/imported-from.js";
import { importerOf, installedPackage } from "../identity/packages.js";
import { globalOf } from "../identity/realms.js";
import { isWith, TELLS_UNINITIALISED, UNINITIALISED } from "../inspect/look.js";
import type { FreeName } from "../source/analysis.js";
import { parsedScript } from "../source/script.js";
import type { Declared, StaticScope } from "../source/static-scopes.js";
import { isHarmlessTo } from "../source/uses.js";
import type { Callable, Loose } from "../types.js";
import { refuseAddedMember } from "./added.js";
import type { FunctionInfo, HostNode, Reference, Step } from "./graph.js";
import { initialisedInHeap } from "./in-heap.js";
import { nameAround } from "./own-name.js";
import { whilePaused } from "./probing.js";
import { isObject, type Walker } from "./walker.js";

/** Finds the variables that a function uses, and captures what it uses of them. */
export function addReferences(walker: Walker, node: HostNode): void {
  const info = node.fn as FunctionInfo;
  for (const [name, free] of namesOf(walker, info, node.step)) {
    const step = variableStep(node.step, name);
    const found = nameAround(walker, info, name, step) ?? find(info, name);
    if (isThroughWith(info, found?.view)) walker.refuse(step, foundThroughWith);
    if (!found) {
      checkGlobal(walker, name, free, step);
      continue;
    }
    if (found.view < 0 && !("isName" in found) && hasGetterOfProgram(info, name)) walker.refuse(step, globalGetter);
    const reference: Reference = {
      name,
      ...found,
      assigned: free.assigned,
      encoded: undefined,
      harmless: !free.assigned && free.uses.every((use) => isHarmlessTo(found.value, use)),
    };
    checkBinding(walker, info, reference, step);
    info.references.push(reference);
    capture(walker, reference, free, step);
  }
}

/** Free names, and the function's own name when that is a variable around it: `fact = memoized(fact)` changes it. */
function namesOf(walker: Walker, info: FunctionInfo, step: Step): [string, FreeName][] {
  const { free, ownName } = info.source.analysis;
  const names = [...free];
  const own = info.source.parts ? undefined : info.source.parsed.node.id?.name;
  if (!own || ownName.uses.length === 0) return names;
  const isDeclaration = info.source.surroundings()?.isDeclaration;
  const found = isDeclaration === false ? undefined : find(info, own);
  if (!found || (isDeclaration === undefined && found.value === info.fn)) return names;
  if (isDeclaration === undefined) {
    walker.refuse(variableStep(step, own), {
      reason: "whether it means the function itself or a variable around it cannot be told",
      cure: "Give the variable another name than the function.",
    });
  }
  return [...names, [own, ownName]];
}

export function variableStep(from: Step, name: string): Step {
  return { from, text: from.text === "" && !from.from ? name : ` -> ${name}` };
}

/** A name that is left to the worker means its own there, and so do the members that the code uses of it. */
function checkGlobal(walker: Walker, name: string, { uses }: FreeName, step: Step): void {
  if (name === "arguments") walker.refuse(step, noArguments);
  const owner = name === "global" ? globalThis : Object.getOwnPropertyDescriptor(globalThis, name)?.value;
  if (!isStandardGlobal(name) || !isObject(owner) || types.isProxy(owner)) return;
  for (const use of uses) refuseAddedMember(walker, owner, name, use, step);
}

const noArguments = {
  reason: "no function around has it",
  cure: "Take rest parameters instead, as in (...args) => args.",
};

function capture(walker: Walker, reference: Reference, free: FreeName, step: Step): void {
  for (const use of free.uses) {
    reference.encoded = walker.need(reference.value, use, step);
  }
}

/** Where a name leads: a variable of a scope, a global of the user's own, or nothing that would have to travel. */
function find(info: FunctionInfo, name: string): { view: number; value: unknown } | undefined {
  for (const [view, scope] of info.look.scopes.entries()) {
    if (scope.description.startsWith("Global")) break;
    if (Object.hasOwn(scope.values, name)) return { view, value: scope.values[name] };
  }
  return globalOfUser(info, name);
}

/** Node's own getters, such as those of a REPL for modules, load what they give; those of the program are not run. */
function hasGetterOfProgram({ look }: FunctionInfo, name: string): boolean {
  const get = Object.getOwnPropertyDescriptor(globalOf(look.scopes), name)?.get;
  return get !== undefined && (types.isProxy(get) || !isInternal(get));
}

const globalGetter = {
  reason: "it is a getter that this program put on the global object, which a worker does not share",
  cure: "Read it into a variable, and capture that.",
};

/** Any name may mean a member of the object of a `with` statement that stands nearer than its variable. */
function isThroughWith({ look }: FunctionInfo, view = -1): boolean {
  const nearer = view < 0 ? look.scopes : look.scopes.slice(0, view);
  return nearer.some(({ description }) => isWith(description));
}

const foundThroughWith = {
  reason: "it may be found through a with statement",
  cure: "Name the object at each use.",
};

function globalOfUser(info: FunctionInfo, name: string): { view: number; value: unknown } | undefined {
  const global: Loose = globalOf(info.look.scopes);
  const own = Object.getOwnPropertyDescriptor(global, name);
  if (!own) return undefined;
  if (!isStandardGlobal(name)) return { view: -1, value: hasGetterOfProgram(info, name) ? undefined : global[name] };
  const replaced = typeof own.value === "function" && !types.isProxy(own.value) && !isInternal(own.value);
  return replaced ? { view: -1, value: own.value } : undefined;
}

function checkBinding(walker: Walker, info: FunctionInfo, reference: Reference, step: Step): void {
  const { name, view } = reference;
  if (reference.isName && reference.assigned) walker.refuse(step, assignsConstant);
  if (name === "arguments" && isVariable(info, reference)) walker.refuse(step, assignedArguments);
  if (view < 0) return;
  if (reference.value === UNINITIALISED) walker.refuse(step, uninitialised);
  const needsKind = reference.assigned || isNamed(reference.value);
  const kind = needsKind ? declaredAs(info, name)?.kind : undefined;
  if (kind === "import") rememberImport(walker, info, reference);
  if (reference.assigned && (kind === "const" || kind === "import")) {
    walker.refuse(step, assignsConstant);
  }
  if (reference.value === undefined) checkInitialised(walker, info, reference, kind, step);
}

/** Whether what an import gives, or whether it gives anything yet, hangs on how the variable was declared. */
function isNamed(value: unknown): boolean {
  return value === undefined || isObject(value) || typeof value === "symbol";
}

const assignsConstant = { reason: "the function assigns it, but it is a constant", cure: "Declare it with let." };

/** What a call was given stays the same for those who use it; a variable of that name may be changed by others. */
function isVariable(info: FunctionInfo, { name, assigned }: Reference): boolean {
  const kind = declaredAs(info, name)?.kind;
  return assigned || (kind !== undefined && kind !== "param");
}

const assignedArguments = {
  reason: "it is declared or assigned as a variable, whose changes would be lost",
  cure: "Give the variable another name.",
};

export function declaredAs(info: FunctionInfo, name: string): ReturnType<StaticScope["names"]["get"]> {
  for (const scope of info.source.surroundings()?.scopes ?? []) {
    const found = scope.names.get(name);
    if (found) return found;
  }
  return undefined;
}

function rememberImport(walker: Walker, info: FunctionInfo, { name, value }: Reference): void {
  const script = info.script;
  const declared = script && parsedScript(script.scriptId)?.imports.get(name);
  if (!script || !declared || walker.isImported(value)) return;
  const importer = importerOf(script.url);
  const packageName = installedPackage(declared.specifier, importer);
  if (!packageName || !comesFromPackage(value, packageName, declared.imported)) return;
  const path = declared.imported === "*" ? [] : [`.${declared.imported}`];
  walker.rememberImport(value, { specifier: declared.specifier, importer, via: "import", path });
}

/** A variable before its declaration reads as undefined in the inspector, but would throw in the code. */
function checkInitialised(
  walker: Walker,
  info: FunctionInfo,
  reference: Reference,
  kind: Declared | undefined,
  step: Step,
): void {
  if (TELLS_UNINITIALISED) return;
  if (kind === "var" || kind === "param" || kind === "function" || kind === "catch") return;
  const state = stateOf(info, reference);
  if (state === "set") return;
  walker.refuse(step, state === "unknown" ? unsure : uninitialised);
}

const uninitialised = { reason: "it is not initialised yet", cure: "Call map() after its declaration has run." };

const unsure = {
  reason: "it reads as undefined, and whether it is initialised yet cannot be told here",
  cure: "Give it a value other than undefined, such as null, or run without a debugger.",
};

const initialised = new WeakMap<Callable, Set<string>>();

function stateOf(info: FunctionInfo, { name, view }: Reference): "set" | "unset" | "unknown" {
  const known = initialised.get(info.fn);
  if (known?.has(name)) return "set";
  const failed = whilePaused(info, (pause) => pause.read(name).failed, name);
  const isSet = failed === undefined ? initialisedInHeap(info, view, name) : !failed;
  if (isSet === undefined) return "unknown";
  if (isSet) initialised.set(info.fn, (known ?? new Set()).add(name));
  return isSet ? "set" : "unset";
}
