/**
 * What the user's function threw, as a failure record in bytes. It always arrives: as it is where it can travel, else
 * without those of its parts that cannot, which are named.
 */
import type { ClassRegistry } from "../codec/classes.js";
import { encode, encodeWhatTravels } from "../codec/codec.js";
import type { OmittedPart } from "../errors.js";
import { textOf } from "../util/describe-value.js";
import type { Failure } from "../wire/failure.js";
import { classNameOf, THROWN_ROOT, type Thrown } from "../wire/thrown.js";
import { bareError, ownDataOf, summaryOf } from "./describe-thrown.js";
import { OmittedParts } from "./omitted-parts.js";
import { userStack } from "./stacks.js";

export function encodeThrown(value: unknown, classes: ClassRegistry | undefined): Uint8Array {
  const failure: Failure = { kind: "thrown", ...thrownOf(value, classes) };
  return encode(failure);
}

export function thrownOf(value: unknown, classes: ClassRegistry | undefined): Thrown {
  const className = classNameOf(value);
  return { className, summary: summaryOf(value, className), ...travelling(value, classes) };
}

type Travelling = Pick<Thrown, "value" | "omitted">;

/** Each way takes less of the value along than the one before; the user's own code in it may make any of them throw. */
function travelling(value: unknown, classes: ClassRegistry | undefined): Travelling {
  const options = { root: THROWN_ROOT, classes, mapStack: userStack };
  const ways: ((why: unknown) => Travelling)[] = [
    () => ({ value: encode(value, options), omitted: [] }),
    () => withoutSome(value, options),
    (why) => ({ value: encode(bareError(value)), omitted: [leftBare(why)] }),
  ];
  let why: unknown;
  for (const way of ways) {
    try {
      return way(why);
    } catch (error) {
      why = error;
    }
  }
  return { value: encode(undefined), omitted: [{ path: THROWN_ROOT, reason: "It cannot be read" }] };
}

/** Of what is too large to travel, above all. */
function leftBare(why: unknown): OmittedPart {
  return { path: THROWN_ROOT, reason: `All of it but name, message and stack was left out: ${textOf(why)}` };
}

function withoutSome(value: unknown, options: { classes: ClassRegistry | undefined }): Travelling {
  const omitted = new OmittedParts(THROWN_ROOT);
  const bytes = encodeWhatTravels(value, options, (steps, reason) => omitted.add(steps, reason));
  const data = omitted.hasRoot ? ownDataOf(value) : undefined;
  if (data === undefined) return { value: bytes, omitted: omitted.list() };
  return {
    value: encodeWhatTravels(data, options, (steps, reason) => omitted.add(steps, reason)),
    omitted: omitted.list(),
  };
}
