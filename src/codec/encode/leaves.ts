import { types } from "node:util";
import { writeString } from "../strings.js";
import { Tag } from "../tags.js";
import { writeArrayBuffer, writeView } from "./buffers.js";
import type { Encoder } from "./context.js";
import { Kind } from "./kinds.js";
import { propertyStep } from "./path.js";
import { Refusal, refuseOwnKeys } from "./refuse.js";

/** Writes an object that holds no other objects. */
export function writeLeaf(encoder: Encoder, kind: Kind, value: object): void {
  switch (kind) {
    case Kind.DATE:
      writeDate(encoder, value as Date);
      break;
    case Kind.REGEXP:
      writeRegExp(encoder, value as RegExp);
      break;
    case Kind.BOXED:
      writeBoxed(encoder, value);
      break;
    case Kind.ARRAY_BUFFER:
      refuseOwnKeys(value, "an ArrayBuffer", 0);
      writeArrayBuffer(encoder, value as ArrayBuffer);
      break;
    case Kind.VIEW:
      writeView(encoder, value as ArrayBufferView);
      break;
    default:
      writeUrl(encoder, kind, value);
      break;
  }
}

function writeDate({ out }: Encoder, value: Date): void {
  refuseOwnKeys(value, "a Date", 0);
  out.byte(Tag.DATE);
  out.double(Date.prototype.getTime.call(value));
}

function writeRegExp(encoder: Encoder, value: RegExp): void {
  refuseOwnKeys(value, "a RegExp", 1);
  const { lastIndex } = value;
  if (typeof lastIndex !== "number") {
    encoder.trail?.at(propertyStep("lastIndex"));
    throw new Refusal("It is the lastIndex of a RegExp and no number", "Set it to 0.");
  }
  encoder.out.byte(Tag.REGEXP);
  writeString(encoder.out, value.source);
  writeString(encoder.out, value.flags);
  encoder.out.double(lastIndex);
}

function writeBoxed(encoder: Encoder, value: object): void {
  const primitive: unknown = value.valueOf();
  refuseOwnKeys(value, "a boxed primitive", types.isStringObject(value) ? (primitive as string).length + 1 : 0);
  encoder.out.byte(Tag.BOXED);
  encoder.write(primitive);
}

function writeUrl({ out }: Encoder, kind: Kind, value: object): void {
  refuseOwnKeys(value, "a URL", 0);
  out.byte(kind);
  writeString(out, String(value));
}
