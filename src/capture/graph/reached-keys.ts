import type { HostNode } from "./node.js";
import type { Step } from "./path.js";

interface Waiting {
  /** The way to a collection that has an entry for the key. */
  step: Step;
  takes: ((key: HostNode) => void)[];
}

/**
 * Which keys of weak collections the walk has reached: what an entry holds is walked once its key is met in another way,
 * whichever is met first. The engine lists such entries in an order of its own, so they are taken in the order in which
 * their keys were met: equal captures give equal bytes.
 */
export class ReachedKeys {
  private readonly waiting = new Map<unknown, Waiting>();
  private readonly ranks = new Map<HostNode, number>();
  private readonly unasked = new Set<unknown>();
  private version = -1;

  constructor(private readonly nodes: readonly HostNode[]) {}

  /** Takes the entries whose keys are among the nodes, at once; `take` is called for others when these are entered. */
  whenReached<E extends { key: unknown }>(
    entries: readonly E[],
    step: Step,
    known: (key: unknown) => HostNode | undefined,
    take: (entry: E, key: HostNode) => void,
  ): void {
    const reached: [E, HostNode][] = [];
    for (const entry of entries) {
      const node = known(entry.key);
      if (node) reached.push([entry, node]);
      else this.wait(entry.key, step, (key) => take(entry, key));
    }
    if (reached.length > 1) reached.sort(([, a], [, b]) => this.rankOf(a) - this.rankOf(b));
    for (const [entry, node] of reached) take(entry, node);
  }

  /** What waited for a value that has just been entered; the caller runs it when it has the time. */
  takesOf(node: HostNode): (() => void)[] {
    const found = this.waiting.get(node.value);
    if (!found) return [];
    this.waiting.delete(node.value);
    this.unasked.delete(node.value);
    return found.takes.map((take) => () => take(node));
  }

  get areWaiting(): boolean {
    return this.waiting.size > 0;
  }

  /** Keys that wait, each with a way to it; those only that were not given out before, as long as `version` is the same. */
  waitingKeys(version: number): { key: unknown; step: Step }[] {
    const keys = version === this.version ? this.unasked : this.waiting.keys();
    const found = [...keys].map((key) => ({ key, step: this.waiting.get(key)?.step as Step }));
    this.version = version;
    this.unasked.clear();
    return found;
  }

  private wait(key: unknown, step: Step, take: (key: HostNode) => void): void {
    const found = this.waiting.get(key);
    if (found) found.takes.push(take);
    else this.waiting.set(key, { step, takes: [take] });
    this.unasked.add(key);
  }

  /** Numbered when first asked for: most captures meet no weak collection. */
  private rankOf(node: HostNode): number {
    for (let rank = this.ranks.size; rank < this.nodes.length; rank++)
      this.ranks.set(this.nodes[rank] as HostNode, rank);
    return this.ranks.get(node) as number;
  }
}
