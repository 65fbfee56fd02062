import type { Loose } from "./types.js";
import { variableStep } from "./walk/bindings.js";
import type { HostNode, Step } from "./walk/graph.js";
import { stepTo } from "./walk/properties.js";

/** Something encoded that a captured object holds, the way to it, and what it goes by if not by the way's last step. */
interface Place {
  step: Step;
  encoded: Loose;
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
    const text = Array.isArray(encoded) && encoded[0] === "d" ? encoded[2] : encoded;
    if (typeof text === "string") yield { step, text, name };
  }
}

function* placesOf(node: HostNode): Generator<Place> {
  const { step, data, fn, partial } = node;
  for (const { name, encoded } of fn?.references ?? []) yield { step: variableStep(step, name), encoded };
  for (const [name, encoded] of partial ?? []) yield { step: stepTo(step, name), encoded };
  yield* propertiesOf(node);
  yield* privatesOf(node);
  yield* entriesOf(node);
  yield* argumentsOf(node);
  if (data.k === "sym") yield { step, encoded: data.desc };
  if (data.k === "re") yield { step, encoded: data.s };
  if (data.k === "box") yield { step, encoded: data.v };
}

function* propertiesOf({ step, data }: HostNode): Generator<Place> {
  for (let index = 0; index < (data.p?.length ?? 0); index += 2) {
    const key = data.p[index];
    yield { step: stepTo(step, typeof key === "string" ? key : key.value), encoded: data.p[index + 1] };
  }
}

function* privatesOf({ step, data }: HostNode): Generator<Place> {
  for (const [, values] of data.priv ?? [])
    for (const [name, encoded] of values) yield { step: { from: step, text: `.#${name}` }, encoded };
}

function* entriesOf({ step, data: { k, v } }: HostNode): Generator<Place> {
  if (!Array.isArray(v)) return;
  for (let index = 0; index < v.length; index++) {
    if (typeof v[index] === "string") yield { step: { from: step, text: entryText(k, v, index) }, encoded: v[index] };
  }
}

function entryText(kind: string, entries: readonly Loose[], index: number): string {
  if (kind === "set") return ".values()";
  if (kind !== "map") return `[${index}]`;
  if (index % 2 === 0) return ".keys()";
  const key = entries[index - 1];
  return `.get(${typeof key === "string" ? JSON.stringify(key) : "…"})`;
}

/** What a bound function holds, by the names of the parameters, and what an instance of a built-in class is made of. */
function* argumentsOf({ step, data: { k, args, target } }: HostNode): Generator<Place> {
  if (!Array.isArray(args)) return;
  const params: Loose[] = target?.fn?.source.parsed.node.params ?? [];
  for (const [index, encoded] of args.entries()) {
    if (k !== "bound") yield { step, encoded };
    else yield { step: { from: step, text: ` (bound argument ${index})` }, encoded, name: nameOfParam(params[index]) };
  }
}

function nameOfParam(param: Loose): string | undefined {
  return param?.name ?? param?.left?.name;
}
