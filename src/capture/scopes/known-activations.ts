import type { Callable } from "../types.js";

/** Stands for one activation of a scope. Those found to be one are linked; those that have a group in common are known to differ. */
interface KnownActivation {
  same: KnownActivation | undefined;
  groups: Set<object>;
}

/** What was found out, by function and depth: functions never change their scopes. */
const known = new WeakMap<Callable, Map<number, KnownActivation>>();

/** Whether two functions stand in the same activation of the scope at `depth`; undefined when nothing was found out yet. */
export function knownVerdict(a: Callable, b: Callable, depth: number): boolean | undefined {
  const [first, second] = [activationOf(a, depth), activationOf(b, depth)];
  if (first === second) return true;
  const [small, large] = first.groups.size < second.groups.size ? [first, second] : [second, first];
  return [...small.groups].some((group) => large.groups.has(group)) ? false : undefined;
}

export function remember(a: Callable, b: Callable, depth: number, isSame: boolean): void {
  const [first, second] = [activationOf(a, depth), activationOf(b, depth)];
  if (!isSame) addToGroup([first, second], {});
  else if (first !== second) {
    second.same = first;
    addToGroup([first], ...second.groups);
  }
}

/** Notes that no two of these functions stand in the same activation. */
export function rememberApart(functions: readonly Callable[], depth: number): void {
  const activations = functions.map((fn) => activationOf(fn, depth));
  addToGroup(activations, {});
}

function addToGroup(activations: readonly KnownActivation[], ...groups: object[]): void {
  for (const activation of activations) for (const group of groups) activation.groups.add(group);
}

function activationOf(fn: Callable, depth: number): KnownActivation {
  const activations = known.get(fn) ?? new Map<number, KnownActivation>();
  known.set(fn, activations);
  const activation = activations.get(depth) ?? { same: undefined, groups: new Set() };
  activations.set(depth, activation);
  return settled(activation);
}

function settled(activation: KnownActivation): KnownActivation {
  let at = activation;
  while (at.same) at = at.same;
  return at;
}
