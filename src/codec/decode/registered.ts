import { CodecError } from "../../errors.js";
import { textOf } from "../../util/describe-value.js";
import type { RegisteredClass } from "../classes.js";
import { Malformed } from "../malformed.js";
import { readString } from "../strings.js";
import { type Decoder, UNMADE } from "./context.js";

/** Reads which class is meant. Its constructor is never run. */
export function readRegisteredClass(decoder: Decoder): RegisteredClass {
  const name = readName(decoder);
  const registered = decoder.classes?.ofName(name);
  if (registered) return registered;
  throw new CodecError(
    "",
    `Cannot decode: there is an instance of class ${name}, which is not registered here. Register it under that name before reading.`,
  );
}

function readName({ input, classNames }: Decoder): string {
  const index = input.unsigned();
  const known = classNames[index];
  if (known !== undefined) return known;
  if (index !== classNames.length) throw new Malformed("the name of a class is missing");
  const name = readString(input);
  classNames.push(name);
  return name;
}

/** Reads the state that an encode hook gave, and has the class's own decode hook make the instance. */
export function readClassHook(decoder: Decoder): object {
  const { name, decode } = readRegisteredClass(decoder);
  if (!decode) throw new CodecError("", `Cannot decode: class ${name} was sent by hooks but is registered without.`);
  const index = decoder.made.push(UNMADE) - 1;
  const state = decoder.readAll();
  const instance = runHook(name, decode, state);
  decoder.made[index] = instance;
  return instance;
}

function runHook(name: string, decode: (state: unknown) => object, state: unknown): object {
  try {
    return decode(state);
  } catch (cause) {
    throw new CodecError("", `Cannot decode: the decode hook of class ${name} threw: ${textOf(cause)}`, { cause });
  }
}
