import type { Encoder } from "./encoder.js";
import { propertyStep } from "./path.js";
import { refuseAccessor, refuseHidden, refuseSymbolKey } from "./refuse.js";
import { writeString } from "./strings.js";

/**
 * Writes named properties as a count, then keys beside values. Refuses what is not plain and enumerable. Symbol keys are
 * the caller's to refuse, before it writes anything that the owner holds.
 */
export function writeProperties(encoder: Encoder, owner: object, keys: readonly string[]): void {
  encoder.out.unsigned(keys.length);
  for (const key of keys) {
    encoder.trail?.at(propertyStep(key));
    const property = Object.getOwnPropertyDescriptor(owner, key) as PropertyDescriptor;
    if (property.get || property.set) refuseAccessor();
    if (!property.enumerable) refuseHidden();
    writeString(encoder.out, key);
    encoder.write(property.value);
  }
}

export function refuseSymbolKeys(owner: object): void {
  const symbols = Object.getOwnPropertySymbols(owner);
  if (symbols.length > 0) refuseSymbolKey(symbols[0] as symbol);
}
