import process from "node:process";
import { types } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import type { FunctionInfo, HostNode, Reference } from "../../graph/node.js";
import type { Step } from "../../graph/path.js";
import { declaredAs, variableStep } from "../../graph/variable.js";
import { isInternal } from "../../identity/builtins.js";
import { feigning, isReplacedGlobal } from "../../identity/changed-builtins.js";
import { isDeletedGlobal, isStandardGlobal } from "../../identity/globals.js";
import { comesFromPackage } from "../../identity/imported-from.js";
import { importerOf, installedPackage } from "../../identity/packages.js";
import { globalOf } from "../../identity/realms.js";
import { isWith, TELLS_UNINITIALISED, UNINITIALISED } from "../../inspect/look.js";
import { isObject } from "../../is-object.js";
import { readProperty } from "../../own-property.js";
import { isByReference } from "../../packages/travel-policy.js";
import { UNDEFINED } from "../../payload/entry.js";
import { isInitialised } from "../../scopes/initialised.js";
import type { FreeName } from "../../source/analysis.js";
import { parsedScript } from "../../source/script.js";
import type { Declared } from "../../source/static-scopes.js";
import { isHarmlessTo } from "../../source/uses.js";
import type { Callable } from "../../types.js";
import { nameAround } from "./function-expression-name.js";

/** Finds the variables that a function uses, and captures what it uses of them. */
export function addReferences(walker: WalkContext, node: HostNode): void {
  const info = node.fn as FunctionInfo;
  const names = namesOf(walker, info, node.step);
  walker.session.lookAhead(names.map(([name]) => find(info, name)?.value));
  for (const [name, free] of names) {
    const step = variableStep(node.step, name);
    const found = nameAround(walker, info, name, step) ?? find(info, name);
    if (isThroughWith(info, found?.view)) walker.refuse(step, foundThroughWith);
    if (!found) {
      checkGlobal(walker, info, name, step);
      continue;
    }
    if (found.view < 0 && !("isName" in found) && hasGetterOfProgram(info, name)) walker.refuse(step, globalGetter);
    if (found.view < 0) checkFeigned(walker, info, name, step);
    const reference: Reference = {
      name,
      ...found,
      assigned: free.assigned,
      encoded: UNDEFINED,
      harmless: !free.assigned && free.uses.every((use) => isHarmlessTo(found.value, use)),
    };
    checkBinding(walker, info, reference, step);
    info.references.push(reference);
    capture(walker, reference, free, step);
  }
}

/** Free names, and the function's own name when that is a variable around it: `fact = memoized(fact)` changes it. */
function namesOf(walker: WalkContext, info: FunctionInfo, step: Step): [string, FreeName][] {
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
      hint: "Give the variable another name than the function.",
    });
  }
  return [...names, [own, ownName]];
}

/** A name that is left to the worker means its own there. */
function checkGlobal(walker: WalkContext, { look }: FunctionInfo, name: string, step: Step): void {
  if (name === "arguments") walker.refuse(step, noArguments);
  if (isDeletedGlobal(name, globalOf(look.scopes))) walker.refuse(step, deletedGlobal);
}

const deletedGlobal = {
  reason: "this program deleted it from the global object, and a worker has it",
  hint: "Do not test for it inside the function: decide outside, and capture what was decided.",
};

const noArguments = {
  reason: "no function around has it",
  hint: "Take rest parameters instead, as in (...args) => args.",
};

function capture(walker: WalkContext, reference: Reference, free: FreeName, step: Step): void {
  if (reference.value === process.env) {
    reference.encoded = ownEnvironment(walker, step);
    return;
  }
  for (const use of free.uses) {
    reference.encoded = walker.need(reference.value, use, step);
  }
}

/** A name for the environment means what `process.env` written out means: the worker's, with what the code names of it. */
function ownEnvironment(walker: WalkContext, step: Step): HostNode {
  return walker.addNode({}, step, { kind: "builtin", root: "process", path: [".env"] });
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
  return isOfProgram(Object.getOwnPropertyDescriptor(globalOf(look.scopes), name)?.get);
}

function isOfProgram(get: Callable | undefined): boolean {
  return get !== undefined && (types.isProxy(get) || !isInternal(get));
}

/** A fake clock, or a spy, that came with a package leads to all that the package keeps. */
function checkFeigned(walker: WalkContext, { look }: FunctionInfo, name: string, step: Step): void {
  const found = isStandardGlobal(name) ? feigning(globalOf(look.scopes), name) : undefined;
  if (found === undefined) return;
  walker.refuse(step, {
    reason: `the package ${found} has put a fake in its place, which a worker does not have`,
    hint: "Call map() while the real one is there, or hand the function what it needs of the fake as a plain value.",
  });
}

const globalGetter = {
  reason: "it is a getter that this program put on the global object, which a worker does not share",
  hint: "Read it into a variable, and capture that.",
};

/** Any name may mean a member of the object of a `with` statement that stands nearer than its variable. */
function isThroughWith({ look }: FunctionInfo, view = -1): boolean {
  const nearer = view < 0 ? look.scopes : look.scopes.slice(0, view);
  return nearer.some(({ description }) => isWith(description));
}

const foundThroughWith = {
  reason: "it may be found through a with statement",
  hint: "Name the object at each use.",
};

function globalOfUser(info: FunctionInfo, name: string): { view: number; value: unknown } | undefined {
  const global = globalOf(info.look.scopes);
  const own = Object.getOwnPropertyDescriptor(global, name);
  if (!own) return undefined;
  if (isStandardGlobal(name) && !isReplacedGlobal(name, own)) return undefined;
  return { view: -1, value: isOfProgram(own.get) ? undefined : readProperty(global, name) };
}

function checkBinding(walker: WalkContext, info: FunctionInfo, reference: Reference, step: Step): void {
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

const assignsConstant = { reason: "the function assigns it, but it is a constant", hint: "Declare it with let." };

/** What a call was given stays the same for those who use it; a variable of that name may be changed by others. */
function isVariable(info: FunctionInfo, { name, assigned }: Reference): boolean {
  const kind = declaredAs(info, name)?.kind;
  return assigned || (kind !== undefined && kind !== "param");
}

const assignedArguments = {
  reason: "it is declared or assigned as a variable, whose changes would be lost",
  hint: "Give the variable another name.",
};

/** Notes what a variable that an import declares holds, if that is a package's. */
export function rememberImport(
  walker: WalkContext,
  info: FunctionInfo,
  { name, value }: Pick<Reference, "name" | "value">,
): void {
  const script = info.script;
  const declared = script && parsedScript(script.scriptId)?.imports.get(name);
  if (!script || !declared || walker.isImported(value)) return;
  const importer = importerOf(script.url);
  const packageName = installedPackage(declared.specifier, importer);
  if (!packageName || !isByReference(declared.specifier, importer, walker.options.travel)) return;
  if (!comesFromPackage(value, packageName, declared.imported)) return;
  const path = declared.imported === "*" ? [] : [`.${declared.imported}`];
  walker.rememberImport(value, { specifier: declared.specifier, importer, via: "import", path });
}

/** A variable before its declaration reads as undefined in the inspector, but would throw in the code. */
function checkInitialised(
  walker: WalkContext,
  info: FunctionInfo,
  reference: Reference,
  kind: Declared | undefined,
  step: Step,
): void {
  if (TELLS_UNINITIALISED) return;
  if (kind === "var" || kind === "param" || kind === "function" || kind === "catch") return;
  const isSet = isInitialised(walker.session, info, reference);
  if (!isSet) walker.refuse(step, isSet === undefined ? unsure : uninitialised);
}

const uninitialised = { reason: "it is not initialised yet", hint: "Call map() after its declaration has run." };

const unsure = {
  reason: "it reads as undefined, and whether it is initialised yet cannot be told here",
  hint: "Give it a value other than undefined, such as null, or run without a debugger.",
};
