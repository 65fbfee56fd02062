import type { Activation } from "../graph/activation.js";
import type { WalkContext } from "../graph/context.js";
import { type HostNode, type InnerArrow, infoOf, type Reference } from "../graph/node.js";
import { variableStep } from "../graph/variable.js";

interface Facts {
  placed: ReadonlyMap<HostNode, Activation>;
  homes: ReadonlyMap<Reference, Activation>;
  /** Assigned variables, by the key of their scope. */
  assigned: ReadonlyMap<string, readonly string[]>;
}

/**
 * An arrow with `super` that is written into its class sees the variables that the class sees. Of those of the method around it, it
 * is given the values, which is the same as long as no captured code assigns them.
 */
export function passVariables(walker: WalkContext, arrows: readonly HostNode[], facts: Facts): void {
  for (const arrow of arrows) {
    const seen = activationsAround(facts.placed.get(ownerOf(arrow)));
    for (const reference of infoOf(arrow).references) {
      if (!seen.has(facts.homes.get(reference) as Activation)) innerOf(arrow).passed.add(reference.name);
    }
  }
  for (const arrow of arrows) {
    const passed = [...innerOf(arrow).passed].map((name) => passedTo(walker, arrow, name, facts));
    if (passed.length > 0 && arrow.entry.kind === "inner") arrow.entry.passed = passed.map(({ encoded }) => encoded);
  }
}

function ownerOf(arrow: HostNode): HostNode {
  return infoOf(arrow).inside?.owner as HostNode;
}

function innerOf(arrow: HostNode): InnerArrow {
  return infoOf(ownerOf(arrow)).classInfo?.inner[infoOf(arrow).inside?.index ?? -1] as InnerArrow;
}

function activationsAround(innermost: Activation | undefined): Set<Activation> {
  const found = new Set<Activation>();
  for (let at = innermost; at; at = at.parent) found.add(at);
  return found;
}

function passedTo(walker: WalkContext, arrow: HostNode, name: string, { homes, assigned }: Facts): Reference {
  const reference = infoOf(arrow).references.find((one) => one.name === name) as Reference;
  const isAssigned = assigned.get(homes.get(reference)?.key ?? "")?.includes(name);
  if (!isAssigned) return reference;
  return walker.refuse(variableStep(arrow.step, name), {
    reason: "it is a variable of a method that captured code assigns, used by an arrow that uses super",
    hint: "Keep the value in a property of the object, or outside of the class.",
  });
}
