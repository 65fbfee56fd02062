import type { Pattern } from "acorn";
import type { GraphEncoded, GraphEntry, HostNode } from "../graph/node.js";
import { isNode } from "../graph/node.js";
import { type Step, stepTo } from "../graph/path.js";
import { variableStep } from "../graph/variable.js";
import type { BoundEntry, Element, PropertyValue } from "../payload/entry.js";
import { eachProperty } from "../payload/properties.js";

/** Something encoded that a captured object holds, the way to it, and what it goes by if not by the way's last step. */
interface Place {
  step: Step;
  encoded: PropertyValue<HostNode> | readonly ["hole"];
  name?: string | undefined;
}

export interface CapturedText {
  step: Step;
  text: string;
  name: string;
}

/** The texts that an object holds: variables, properties, private fields, entries, bound arguments, and its own. */
export function* textsOf(node: HostNode): Generator<CapturedText> {
  for (const { step, encoded, name = step.text } of placesOf(node)) {
    const own = Array.isArray(encoded) && encoded[0] === "data" ? encoded[2] : encoded;
    if (typeof own === "string") yield { step, text: own, name };
  }
}

function* placesOf(node: HostNode): Generator<Place> {
  const { step, entry, fn } = node;
  for (const { name, encoded } of fn?.references ?? []) yield { step: variableStep(step, name), encoded };
  yield* propertiesOf(node);
  for (const { values } of entry.privates ?? [])
    for (const [name, encoded] of values) yield { step: { from: step, text: `.#${name}` }, encoded };
  yield* partsOf(step, entry);
}

function propertiesOf({ step, entry }: HostNode): Place[] {
  const found: Place[] = [];
  eachProperty(entry.properties, (key, encoded) => {
    found.push({ step: stepTo(step, typeof key === "string" ? key : (key.value as symbol)), encoded });
  });
  return found;
}

/** Texts of what makes the kind of an entry. */
function* partsOf(step: Step, entry: GraphEntry): Generator<Place> {
  switch (entry.kind) {
    case "array":
      return yield* listed(step, entry.elements ?? [], (index) => `[${index}]`);
    case "set":
    case "weakSet":
      return yield* listed(step, entry.values, () => ".values()");
    case "map":
    case "weakMap":
      return yield* listed(step, entry.entries, (index) => entryText(entry.entries, index));
    case "bound":
      return yield* boundArguments(step, entry);
    case "constructed":
    case "called":
      return yield* entry.arguments.map((encoded) => ({ step, encoded }));
    case "symbol":
      if (entry.from === "program") yield { step, encoded: entry.description };
      return;
    case "regexp":
      yield { step, encoded: entry.source };
      return;
    case "wrapper":
      yield { step, encoded: entry.value };
  }
}

function* listed(step: Step, list: readonly Element<HostNode>[], textAt: (index: number) => string): Generator<Place> {
  for (const [index, encoded] of list.entries())
    if (typeof encoded === "string") yield { step: { from: step, text: textAt(index) }, encoded };
}

function entryText(entries: readonly GraphEncoded[], index: number): string {
  if (index % 2 === 0) return ".keys()";
  const key = entries[index - 1];
  return `.get(${typeof key === "string" ? JSON.stringify(key) : "…"})`;
}

/** What a bound function holds goes by the names of the parameters. */
function boundArguments(step: Step, { target, arguments: args }: BoundEntry<HostNode>): Place[] {
  const params = isNode(target) ? (target.fn?.source.functionNode?.params ?? []) : [];
  return args.map((encoded, index) => {
    return { step: { from: step, text: ` (bound argument ${index})` }, encoded, name: nameOfParam(params[index]) };
  });
}

function nameOfParam(param: Pattern | undefined): string | undefined {
  const named = param?.type === "AssignmentPattern" ? param.left : param;
  return named?.type === "Identifier" ? named.name : undefined;
}
