import type { ContainerKind } from "../encode/kinds.js";
import { Tag } from "../tags.js";
import { readArrayContents } from "./array.js";
import type { ByteReader } from "./byte-reader.js";
import type { Decoder } from "./context.js";
import { makeDomException, makeError } from "./error.js";
import { readErrorProperties, readFields, readProperties, skipOmitted } from "./objects.js";

const mapSet = Map.prototype.set;
const setAdd = Set.prototype.add;

/** Makes an empty container, so that what it holds may refer to it. */
export function makeContainer(input: ByteReader, kind: ContainerKind): object {
  switch (kind) {
    case Tag.OBJECT:
      return {};
    case Tag.NULL_OBJECT:
      return Object.create(null);
    case Tag.ARRAY:
      return [];
    case Tag.MAP:
      return new Map();
    case Tag.SET:
      return new Set();
    case Tag.ERROR:
      return makeError(input);
    case Tag.DOM_EXCEPTION:
      return makeDomException(input);
  }
}

/** Reads what the container holds. A registered class may override methods, so only the built-in ones are called. */
export function readContents(decoder: Decoder, kind: ContainerKind, container: object): void {
  switch (kind) {
    case Tag.OBJECT:
    case Tag.NULL_OBJECT:
      readFields(decoder, container as Record<string, unknown>);
      break;
    case Tag.ARRAY:
      readArrayContents(decoder, container as unknown[]);
      break;
    case Tag.MAP:
      readEntries(decoder, container as Map<unknown, unknown>);
      break;
    case Tag.SET:
      readMembers(decoder, container as Set<unknown>);
      break;
    default:
      readErrorProperties(decoder, container);
      break;
  }
}

function readEntries(decoder: Decoder, map: Map<unknown, unknown>): void {
  for (let count = decoder.input.count(2); count > 0; count--) {
    if (skipOmitted(decoder)) {
      decoder.read();
      continue;
    }
    const key = decoder.read();
    if (!skipOmitted(decoder)) mapSet.call(map, key, decoder.read());
  }
  readProperties(decoder, map);
}

function readMembers(decoder: Decoder, set: Set<unknown>): void {
  for (let count = decoder.input.count(1); count > 0; count--)
    if (!skipOmitted(decoder)) setAdd.call(set, decoder.read());
  readProperties(decoder, set);
}
