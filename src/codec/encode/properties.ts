import { writeString } from "../strings.js";
import { Tag } from "../tags.js";
import type { Encoder } from "./context.js";
import { propertyStep } from "./path.js";

/**
 * Writes named properties as a count, then keys beside values. Symbol keys are the caller's to refuse, before it writes
 * anything that the owner holds.
 */
export function writeProperties(
  encoder: Encoder,
  owner: object,
  keys: readonly string[],
  stepOf: (key: string) => string = propertyStep,
): void {
  encoder.out.unsigned(keys.length);
  for (const key of keys) {
    encoder.trail?.at(stepOf(key));
    writeString(encoder.out, key);
    writeProperty(encoder, owner, key);
  }
}

/** Writes what stands under a key, with a mark before it when the property is hidden. */
export function writeProperty(encoder: Encoder, owner: object, key: string): void {
  // Never read as owner[key]: that would run a getter.
  const property = Object.getOwnPropertyDescriptor(owner, key) as PropertyDescriptor;
  if (property.get !== undefined || property.set !== undefined) {
    encoder.writeAccessor(owner, key);
    return;
  }
  if (!property.enumerable) encoder.out.byte(Tag.HIDDEN);
  encoder.write(property.value);
}

export function refuseSymbolKeys(encoder: Encoder, owner: object): void {
  const symbols = Object.getOwnPropertySymbols(owner);
  if (symbols.length > 0) encoder.refuseSymbolKeys(symbols);
}
