import type { Activation } from "../graph/activation.js";
import type { WalkContext } from "../graph/context.js";
import { type HostNode, infoOf, type Reference } from "../graph/node.js";
import { ChainIds } from "./chain-ids.js";
import { refuseEvalSharing } from "./eval-scopes.js";
import { hostScopes } from "./hosted-scopes.js";
import { passVariables } from "./pass-variables.js";
import { chainOf, GLOBAL_KEY, keyOf, NAMES_KEY, placeOf } from "./scope-keys.js";
import { sameAmong } from "./which-activation.js";

/** Sorts the scopes of all captured functions into a tree in which each activation of a scope stands once. */
export function scopeTree(walker: WalkContext, nodes: readonly HostNode[]): Activation[] {
  const assigned = new Set<string>();
  const used = new Set<string>();
  for (const node of nodes) for (const reference of infoOf(node).references) note(node, reference, used, assigned);
  refuseEvalSharing(walker, nodes);
  const isTogether = [...assigned].some((key) => key.startsWith(GLOBAL_KEY));
  const units = new Map<string, Activation>();
  const facts: Facts = {
    used,
    assigned: namesByKey(assigned),
    chains: new ChainIds(),
    alike: new Map(),
    homes: new Map(),
  };
  for (const node of nodes) noteAlike(node, facts);
  const placed = new Map<HostNode, Activation>();
  for (const node of nodes) {
    const unit = isTogether ? "together" : (infoOf(node).script?.scriptId ?? `alone ${nodes.indexOf(node)}`);
    const root = units.get(unit) ?? activationOf(GLOBAL_KEY, unit, undefined);
    units.set(unit, root);
    placed.set(node, place(walker, node, root, facts));
  }
  hostScopes(walker, nodes, placed, (key, parent) => activationOf(key, parent.unit, parent));
  passVariables(
    walker,
    nodes.filter((node) => infoOf(node).inside),
    { placed, ...facts },
  );
  return [...units.values()];
}

function activationOf(key: string, unit: string, parent: Activation | undefined): Activation {
  const made: Activation = {
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
  /** Functions in scopes of one place whose variables have equal values, so that those may be one activation or several. */
  alike: Map<string, HostNode[]>;
  /** The activation that holds the variable of each reference. */
  homes: Map<Reference, Activation>;
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

function place(walker: WalkContext, node: HostNode, root: Activation, facts: Facts): Activation {
  const byDepth = new Map<number, Activation>([[-1, root]]);
  let at = root;
  for (const [depth, view] of chainOf(node).entries()) {
    const key = keyOf(node, view, depth);
    if (!facts.used.has(key)) continue;
    at = activationAt(walker, node, at, key, depth, facts);
    at.members.push({ node, depth });
    byDepth.set(depth, at);
  }
  at = withNames(node, at, byDepth);
  if (!infoOf(node).inside) at.functions.push(node);
  for (const reference of infoOf(node).references) {
    const activation = byDepth.get(placeOf(node, reference).depth) as Activation;
    facts.homes.set(reference, activation);
    if (reference.name !== "arguments" && !activation.vars.has(reference.name))
      activation.vars.set(reference.name, reference);
  }
  return at;
}

/** Names of function expressions never change, so that each function can have those that it uses for itself. */
function withNames(node: HostNode, parent: Activation, byDepth: Map<number, Activation>): Activation {
  const names = infoOf(node).references.filter(({ isName }) => isName);
  if (names.length === 0) return parent;
  const key = JSON.stringify([NAMES_KEY, ...names.map(({ name }) => name)]);
  const made = activationOf(key, parent.unit, parent);
  byDepth.set(chainOf(node).length, made);
  return made;
}

/** The activation below `parent` that is the function's own activation of the scope; a new one when there is none. */
function activationAt(
  walker: WalkContext,
  node: HostNode,
  parent: Activation,
  key: string,
  depth: number,
  facts: Facts,
): Activation {
  const place = placeText(facts.chains, node, depth, key);
  const candidates = parent.lookup.get(place) ?? [];
  const found = sameAmong(walker, node, candidates, depth, facts.assigned.get(key) ?? [], takeOut(facts.alike, place));
  if (found) return found;
  const made = activationOf(key, parent.unit, parent);
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
