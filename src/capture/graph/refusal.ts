/** Why a value cannot travel, and what to do about it. */
export interface Refusal {
  reason: string;
  hint: string;
  /** URL of a script whose package alone is in the way, as it travels by reference: by value, this could travel. */
  packageScript?: string;
}
