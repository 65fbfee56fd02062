import { writeString } from "../strings.js";
import { Tag } from "../tags.js";
import { writeArrayContents } from "./array.js";
import type { Encoder } from "./context.js";
import { writeDomExceptionHead, writeErrorContents, writeErrorHead } from "./error.js";
import type { ContainerKind } from "./kinds.js";
import { mapKeyStep, mapValueStep, propertyStep, setStep } from "./path.js";
import { refuseSymbolKeys, writeProperties } from "./properties.js";

const mapEntries = Map.prototype.entries;
const setValues = Set.prototype.values;
const mapSize = Object.getOwnPropertyDescriptor(Map.prototype, "size")?.get as (this: object) => number;
const setSize = Object.getOwnPropertyDescriptor(Set.prototype, "size")?.get as (this: object) => number;

/** Writes what the decoder needs to make an empty container, which references may then point to. */
export function writeHead(encoder: Encoder, kind: ContainerKind, value: object): void {
  encoder.out.byte(kind);
  if (kind === Tag.ERROR) writeErrorHead(encoder, value as Error);
  else if (kind === Tag.DOM_EXCEPTION) writeDomExceptionHead(encoder, value as DOMException);
}

/** Writes what the container holds. */
export function writeContents(encoder: Encoder, kind: ContainerKind, value: object): void {
  switch (kind) {
    case Tag.OBJECT:
    case Tag.NULL_OBJECT:
      writeFields(encoder, value);
      break;
    case Tag.ARRAY:
      writeArrayContents(encoder, value as unknown[]);
      break;
    case Tag.MAP:
      writeEntries(encoder, value as Map<unknown, unknown>);
      break;
    case Tag.SET:
      writeMembers(encoder, value as Set<unknown>);
      break;
    default:
      writeErrorContents(encoder, value);
      break;
  }
}

function writeFields(encoder: Encoder, value: object): void {
  const keys = Object.getOwnPropertyNames(value);
  refuseSymbolKeys(encoder, value);
  const keysBeside = writeShape(encoder, keys);
  const { trail } = encoder;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    trail?.at(propertyStep(key));
    if (keysBeside) writeString(encoder.out, key);
    // As `writeProperty`, written out: this loop is where most of the time goes.
    const property = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
    if (property.get !== undefined || property.set !== undefined) {
      encoder.writeAccessor(value, key);
      continue;
    }
    if (!property.enumerable) encoder.out.byte(Tag.HIDDEN);
    encoder.write(property.value);
  }
}

/** Writes the keys by number, or all of them when they are met for the first time. True: keys stand beside values. */
function writeShape({ out, shapes, depth }: Encoder, keys: readonly string[]): boolean {
  const known = shapes.find(keys, depth);
  if (known) {
    out.unsigned(known.id);
    return false;
  }
  const added = shapes.add(keys, depth);
  out.unsigned(added ? added.id : 0);
  out.unsigned(keys.length);
  if (added) for (const key of keys) writeString(out, key);
  return !added;
}

function writeEntries(encoder: Encoder, map: Map<unknown, unknown>): void {
  refuseSymbolKeys(encoder, map);
  const { out, trail } = encoder;
  out.unsigned(mapSize.call(map));
  let entry = 0;
  for (const [key, value] of mapEntries.call(map)) {
    trail?.at(mapKeyStep(entry));
    encoder.write(key);
    trail?.at(mapValueStep(key, entry++));
    encoder.write(value);
  }
  writeProperties(encoder, map, Object.getOwnPropertyNames(map));
}

function writeMembers(encoder: Encoder, set: Set<unknown>): void {
  refuseSymbolKeys(encoder, set);
  const { out, trail } = encoder;
  out.unsigned(setSize.call(set));
  let entry = 0;
  for (const member of setValues.call(set)) {
    trail?.at(setStep(entry++));
    encoder.write(member);
  }
  writeProperties(encoder, set, Object.getOwnPropertyNames(set));
}
