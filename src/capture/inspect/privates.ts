import type { Loose } from "../types.js";
import { propertiesOf, unwrap } from "./look.js";

export interface PrivateElement {
  name: string;
  value: unknown;
  isAccessor: boolean;
}

export interface PrivateLook {
  /** Fields and accessors, base class first. */
  elements: PrivateElement[];
  /** Whether the object may be the receiver of private methods of some class. */
  hasMethods: boolean;
}

/** Private elements of an object; methods only show as being there. */
export function lookAtPrivates(value: object): PrivateLook {
  const { privateProperties, internalProperties } = propertiesOf(value);
  const elements = (privateProperties ?? []).map((entry: Loose) => ({
    name: entry.name,
    value: unwrap(entry.value),
    isAccessor: Boolean(entry.get ?? entry.set),
  }));
  return { elements, hasMethods: (internalProperties ?? []).some((one: Loose) => one.name === "[[PrivateMethods]]") };
}
