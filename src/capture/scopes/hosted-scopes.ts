import type { Activation } from "../graph/activation.js";
import type { WalkContext } from "../graph/context.js";
import { type HostNode, infoOf } from "../graph/node.js";
import { HOSTED_KEY } from "./scope-keys.js";

interface Facts {
  placed: Map<HostNode, Activation>;
  /** Where hosted functions and classes stood before they were settled. */
  before: Map<HostNode, Activation>;
  refuse(node: HostNode): never;
  make(parent: Activation): Activation;
}

/**
 * Of a function that has to stand in a class's text, the outermost scope that the class does not see is made there, with
 * all that is in it. So the variables of methods stay shared among the functions that see them.
 */
export function hostScopes(
  walker: WalkContext,
  nodes: readonly HostNode[],
  placed: Map<HostNode, Activation>,
  make: (key: string, parent: Activation) => Activation,
): void {
  const facts: Facts = {
    placed,
    before: new Map(),
    refuse: ({ step }) => walker.refuse(step, betweenClasses),
    make: (parent) => make(HOSTED_KEY, parent),
  };
  for (const node of nodes) settle(node, facts);
}

const betweenClasses = {
  reason: "its code uses private names of a class around it, and shares variables with code of another class there",
  hint: "Keep what they share in a property of an object.",
};

/** A class moves before what it hosts. */
function settle(node: HostNode, facts: Facts): void {
  const { host } = infoOf(node);
  const { before, placed } = facts;
  if (!host || before.has(node)) return;
  before.set(node, placed.get(node) as Activation);
  settle(host, facts);
  const top = topFor(node, host, facts);
  if (!top || (top.host && top.host !== host)) facts.refuse(node);
  if (!top.host) needHost(top, host);
  else if (placed.get(node) === top) node.needs.push(host);
  top.host = host;
  move(top, placed.get(host) as Activation);
}

/** The outermost scope of a function below the one in which its class stands. */
function topFor(node: HostNode, host: HostNode, facts: Facts): Activation | undefined {
  const { placed, before } = facts;
  const now = placed.get(host) as Activation;
  const outer = before.get(host) ?? now;
  const own = placed.get(node) as Activation;
  if (own === outer) return takeBelow(node, host, now, facts);
  let at: Activation | undefined = own;
  while (at && at.parent !== outer && at.parent !== now) at = at.parent;
  return at;
}

/** A scope without variables, for functions that see no others than their class does. */
function takeBelow(node: HostNode, host: HostNode, parent: Activation, { placed, make }: Facts): Activation {
  const found = parent.children.find((one) => one.key === HOSTED_KEY && one.host === host) ?? make(parent);
  const { functions } = placed.get(node) as Activation;
  functions.splice(functions.indexOf(node), 1);
  found.functions.push(node);
  placed.set(node, found);
  return found;
}

function needHost({ functions, children }: Activation, host: HostNode): void {
  for (const node of functions) if (node !== host) node.needs.push(host);
  for (const child of children) needHost(child, host);
}

function move(activation: Activation, parent: Activation): void {
  const children = activation.parent?.children ?? [];
  children.splice(children.indexOf(activation), 1);
  activation.parent = parent;
  parent.children.push(activation);
}
