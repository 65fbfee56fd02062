import { type Odd, type Primitive, UNDEFINED } from "../../payload/entry.js";

/** A value that is no object and no symbol, as a payload has it. */
export function encodePrimitive(value: unknown): Primitive {
  switch (typeof value) {
    case "undefined":
      return UNDEFINED;
    case "bigint":
      return ["bigint", String(value)];
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0) ? value : oddNumber(value);
    default:
      return value as null | boolean | string;
  }
}

function oddNumber(value: number): Odd {
  return ["number", Object.is(value, -0) ? "-0" : (String(value) as "NaN")];
}
