import type { Callable } from "../types.js";

/** Stands for one run of a scope. Runs found to be one are linked; runs that have a group in common are known to differ. */
interface Run {
  same: Run | undefined;
  groups: Set<object>;
}

/** What was found out, by function and depth: functions never change their scopes. */
const known = new WeakMap<Callable, Map<number, Run>>();

/** Whether two functions stand in the same run of the scope at `depth`; undefined when nothing was found out yet. */
export function knownVerdict(a: Callable, b: Callable, depth: number): boolean | undefined {
  const [first, second] = [runOf(a, depth), runOf(b, depth)];
  if (first === second) return true;
  const [small, large] = first.groups.size < second.groups.size ? [first, second] : [second, first];
  return [...small.groups].some((group) => large.groups.has(group)) ? false : undefined;
}

export function remember(a: Callable, b: Callable, depth: number, isSame: boolean): void {
  const [first, second] = [runOf(a, depth), runOf(b, depth)];
  if (!isSame) addToGroup([first, second], {});
  else if (first !== second) {
    second.same = first;
    addToGroup([first], ...second.groups);
  }
}

/** Notes that no two of these functions stand in the same run. */
export function rememberApart(functions: readonly Callable[], depth: number): void {
  const runs = functions.map((fn) => runOf(fn, depth));
  addToGroup(runs, {});
}

function addToGroup(runs: readonly Run[], ...groups: object[]): void {
  for (const run of runs) for (const group of groups) run.groups.add(group);
}

function runOf(fn: Callable, depth: number): Run {
  const runs = known.get(fn) ?? new Map<number, Run>();
  known.set(fn, runs);
  const run = runs.get(depth) ?? { same: undefined, groups: new Set() };
  runs.set(depth, run);
  return settled(run);
}

function settled(run: Run): Run {
  let at = run;
  while (at.same) at = at.same;
  return at;
}
