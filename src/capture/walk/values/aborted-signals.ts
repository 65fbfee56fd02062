import type { WalkContext } from "../../graph/context.js";
import { type HostNode, isNode } from "../../graph/node.js";
import { type Step, stepTo } from "../../graph/path.js";
import type { CalledEntry } from "../../payload/entry.js";
import { enterWithoutPrivates, fillOwn, fillPrototype } from "./add-object.js";
import { isAlike } from "./fresh-objects.js";
import { getterOf } from "./getter.js";

/** Not every context has it. */
const { AbortSignal: Signal } = globalThis as { AbortSignal?: typeof AbortSignal };
const abortedOf = getterOf<boolean>(Signal?.prototype ?? {}, "aborted");
const reasonOf = getterOf<unknown>(Signal?.prototype ?? {}, "reason");

/** A signal that has been aborted never changes again, and so travels with its reason; one that may be is this process's. */
export function meetAborted(walker: WalkContext, value: object, step: Step): HostNode | undefined {
  if (!Signal || walker.chainOf(value).native !== "AbortSignal" || !isAborted(value)) return undefined;
  const reason = reasonOf(value);
  const twin = Signal.abort(reason);
  if (!isAlike(value, twin)) return undefined;
  const maker = walker.encode(Signal.abort as object, step);
  const given = walker.encode(reason, stepTo(step, "reason"));
  const entry: CalledEntry<HostNode> = { kind: "called", maker, arguments: [given] };
  const node = enterWithoutPrivates(walker, value, step, entry, (_walker, entered) => {
    fillPrototype(walker, entered, Signal.prototype);
    fillOwn(
      walker,
      entered,
      Reflect.ownKeys(value).filter((key) => !Object.hasOwn(twin, key)),
    );
  });
  node.needs.push(...[maker, given].filter(isNode));
  return node;
}

function isAborted(value: object): boolean {
  try {
    return abortedOf(value);
  } catch {
    return false;
  }
}
