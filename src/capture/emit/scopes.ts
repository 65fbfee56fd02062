import type { ScopeView } from "../inspect/look.js";
import { variableStep } from "../walk/bindings.js";
import type { FunctionInfo, HostNode, Reference } from "../walk/graph.js";
import type { Walker } from "../walk/walker.js";
import { ChainIds } from "./chain-ids.js";
import { refuseEvalSharing } from "./eval-scopes.js";
import { markRuns } from "./mark-runs.js";
import { passVariables } from "./pass-variables.js";
import { heapIdAt, sameScope } from "./same-scope.js";

/** One run of a scope of the user's program, with the captured functions that stand directly in it. */
export interface Instance {
  /** Names the scope in the program's text: instances of one key are runs of one scope. */
  key: string;
  unit: string;
  parent: Instance | undefined;
  children: Instance[];
  /** The children by their key and the number of their chain, see `ChainIds`. */
  lookup: Map<string, Instance[]>;
  /** Chain of scopes of a member, and the place of this scope in it, counted from the outermost. */
  members: { node: HostNode; depth: number }[];
  vars: Map<string, Reference>;
  functions: HostNode[];
}

/** Outermost scope of the units: variables that no script owns, or several. */
const GLOBAL_KEY = "global";
/** Innermost scope of a function that uses the names of function expressions around it; see `withNames`. */
const NAMES_KEY = "names";

/** Sorts the scopes of all captured functions into a tree in which each run of a scope stands once. */
export function scopeTree(walker: Walker, nodes: readonly HostNode[]): Instance[] {
  const assigned = new Set<string>();
  const used = new Set<string>();
  for (const node of nodes) for (const reference of infoOf(node).references) note(node, reference, used, assigned);
  refuseEvalSharing(walker, nodes);
  const isTogether = [...assigned].some((key) => key.startsWith(GLOBAL_KEY));
  const units = new Map<string, Instance>();
  const facts: Facts = {
    used,
    assigned: namesByKey(assigned),
    chains: new ChainIds(),
    alike: new Map(),
    homes: new Map(),
  };
  for (const node of nodes) noteAlike(node, facts);
  const placed = new Map<HostNode, Instance>();
  for (const node of nodes) {
    const unit = isTogether ? "together" : (infoOf(node).script?.scriptId ?? `alone ${nodes.indexOf(node)}`);
    const root = units.get(unit) ?? instanceOf(GLOBAL_KEY, unit, undefined);
    units.set(unit, root);
    placed.set(node, place(walker, node, root, facts));
  }
  passVariables(
    walker,
    nodes.filter((node) => infoOf(node).inside),
    { placed, ...facts },
  );
  return [...units.values()];
}

export function infoOf(node: HostNode): FunctionInfo {
  return node.fn as FunctionInfo;
}

function instanceOf(key: string, unit: string, parent: Instance | undefined): Instance {
  const made: Instance = {
    key,
    unit,
    parent,
    children: [],
    lookup: new Map(),
    members: [],
    vars: new Map(),
    functions: [],
  };
  parent?.children.push(made);
  return made;
}

const chains = new WeakMap<FunctionInfo, ScopeView[]>();

/** Scopes of a function without the global ones, outermost first. */
export function chainOf(node: HostNode): ScopeView[] {
  const info = infoOf(node);
  const known = chains.get(info);
  if (known) return known;
  const chain = info.look.scopes.filter(({ description }) => !isGlobal(description)).reverse();
  chains.set(info, chain);
  return chain;
}

export function isGlobal(description: string): boolean {
  return description.startsWith("Global") || description.startsWith("Script");
}

const keys = new WeakMap<ScopeView, string>();

function keyOf(node: HostNode, view: ScopeView, depth: number): string {
  const known = keys.get(view);
  if (known !== undefined) return known;
  const key = JSON.stringify([infoOf(node).script?.scriptId, depth, view.description, Object.keys(view.values)]);
  keys.set(view, key);
  return key;
}

/** Key of the scope where a reference was found, and its place in the chain. */
function placeOf(node: HostNode, { view, live, isName }: Reference): { key: string; depth: number } {
  if (isName) return { key: NAMES_KEY, depth: chainOf(node).length };
  if (live) return { key: GLOBAL_KEY, depth: -1 };
  const scopes = infoOf(node).look.scopes;
  const found = scopes[view];
  if (!found || isGlobal(found.description)) return { key: GLOBAL_KEY, depth: -1 };
  const depth = chainOf(node).indexOf(found);
  return { key: keyOf(node, found, depth), depth };
}

function note(node: HostNode, reference: Reference, used: Set<string>, assigned: Set<string>): void {
  const { key } = placeOf(node, reference);
  used.add(key);
  if (reference.assigned) assigned.add(`${key} ${reference.name}`);
}

function namesByKey(assigned: ReadonlySet<string>): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const one of assigned) {
    const end = one.lastIndexOf(" ");
    const key = one.slice(0, end);
    names.set(key, [...(names.get(key) ?? []), one.slice(end + 1)]);
  }
  return names;
}

interface Facts {
  used: ReadonlySet<string>;
  /** Assigned variables, by the key of their scope. */
  assigned: ReadonlyMap<string, readonly string[]>;
  chains: ChainIds;
  /** Functions in scopes of one place whose variables have equal values, so that those may be one run or several. */
  alike: Map<string, HostNode[]>;
  /** The instance that holds the variable of each reference. */
  homes: Map<Reference, Instance>;
}

function noteAlike(node: HostNode, { assigned, chains, alike }: Facts): void {
  const chain = chainOf(node);
  for (const [depth, view] of chain.entries()) {
    const key = keyOf(node, view, depth);
    if (!assigned.has(key)) continue;
    const place = placeText(chains, node, depth, key);
    const group = alike.get(place) ?? [];
    alike.set(place, group);
    group.push(node);
  }
}

function placeText(chains: ChainIds, node: HostNode, depth: number, key: string): string {
  return `${chains.of(chainOf(node), depth)} ${key}`;
}

function place(walker: Walker, node: HostNode, root: Instance, facts: Facts): Instance {
  const byDepth = new Map<number, Instance>([[-1, root]]);
  let at = root;
  for (const [depth, view] of chainOf(node).entries()) {
    const key = keyOf(node, view, depth);
    if (!facts.used.has(key)) continue;
    at = instanceAt(walker, node, at, key, depth, facts);
    at.members.push({ node, depth });
    byDepth.set(depth, at);
  }
  at = withNames(node, at, byDepth);
  if (!infoOf(node).inside) at.functions.push(node);
  for (const reference of infoOf(node).references) {
    const instance = byDepth.get(placeOf(node, reference).depth) as Instance;
    facts.homes.set(reference, instance);
    if (reference.name !== "arguments" && !instance.vars.has(reference.name))
      instance.vars.set(reference.name, reference);
  }
  return at;
}

/** Names of function expressions never change, so that each function can have those that it uses for itself. */
function withNames(node: HostNode, parent: Instance, byDepth: Map<number, Instance>): Instance {
  const names = infoOf(node).references.filter(({ isName }) => isName);
  if (names.length === 0) return parent;
  const key = JSON.stringify([NAMES_KEY, ...names.map(({ name }) => name)]);
  const made = instanceOf(key, parent.unit, parent);
  byDepth.set(chainOf(node).length, made);
  return made;
}

/** The instance below `parent` that is the same run of the scope as the function's own; a new one when there is none. */
function instanceAt(
  walker: Walker,
  node: HostNode,
  parent: Instance,
  key: string,
  depth: number,
  facts: Facts,
): Instance {
  const place = placeText(facts.chains, node, depth, key);
  const candidates = parent.lookup.get(place) ?? [];
  const found = sameAmong(walker, node, candidates, depth, facts.assigned.get(key) ?? [], takeOut(facts.alike, place));
  if (found) return found;
  const made = instanceOf(key, parent.unit, parent);
  parent.lookup.set(place, [...candidates, made]);
  return made;
}

/** What is found out of all functions of a group is found out once. */
function takeOut(alike: Map<string, HostNode[]>, place: string): () => readonly HostNode[] {
  return () => {
    const group = alike.get(place) ?? [];
    alike.delete(place);
    return group;
  };
}

/** To prove it for each pair takes milliseconds; for more functions than that, all are told apart together. */
const FEW = 3;
/** From this many runs on, one snapshot of the heap is quicker. */
const MANY = 10;

function sameAmong(
  walker: Walker,
  node: HostNode,
  candidates: readonly Instance[],
  depth: number,
  shared: readonly string[],
  takeAlike: () => readonly HostNode[],
): Instance | undefined {
  const isModule = chainOf(node)[depth]?.description === "Module";
  if (candidates.length === 0 || shared.length === 0 || isModule) return candidates[0];
  const id = candidates.length < MANY ? undefined : heapIdAt(node, depth);
  const ids = id === undefined ? [] : candidates.map(({ members: [first] }) => first && heapIdAt(first.node, depth));
  if (ids.length > 0 && !ids.includes(undefined)) return candidates[ids.indexOf(id)];
  const alike = takeAlike();
  if (alike.length > FEW) markRuns(alike, depth, shared);
  return candidates.find((candidate) => {
    const other = candidate.members[0]?.node as HostNode;
    const verdict = sameScope(node, other, depth, shared);
    if (verdict === undefined) refuseUnproven(walker, node, shared[0] ?? "a variable");
    return verdict;
  });
}

function refuseUnproven(walker: Walker, node: HostNode, name: string): never {
  return walker.refuse(variableStep(node.step, name), {
    reason: "it is assigned by captured code, and whether two captured functions share it cannot be proved here",
    cure: "Keep the shared value in an object's property, or run without a debugger.",
  });
}
