import { Malformed } from "../malformed.js";
import { readString } from "../strings.js";
import { Tag } from "../tags.js";
import { readArrayBuffer, readView } from "./buffers.js";
import type { Decoder } from "./context.js";

/** Reads an object that holds no other objects. */
export function readLeaf(decoder: Decoder, tag: number): object {
  const { input } = decoder;
  switch (tag) {
    case Tag.DATE:
      return new Date(input.double());
    case Tag.REGEXP:
      return readRegExp(decoder);
    case Tag.BOXED:
      return readBoxed(decoder);
    case Tag.URL:
      return new URL(readString(input));
    case Tag.URL_PARAMS:
      return new URLSearchParams(readString(input));
    case Tag.ARRAY_BUFFER:
      return readArrayBuffer(decoder);
    case Tag.VIEW:
      return readView(decoder);
    default:
      throw new Malformed(`there is an unknown tag, 0x${tag.toString(16)}`);
  }
}

function readRegExp({ input }: Decoder): RegExp {
  const source = readString(input);
  const expression = new RegExp(source, readString(input));
  expression.lastIndex = input.double();
  return expression;
}

function readBoxed(decoder: Decoder): object {
  const primitive = decoder.read();
  if (primitive === null || primitive === undefined || typeof primitive === "object")
    throw new Malformed("a boxed primitive holds none");
  return Object(primitive);
}
