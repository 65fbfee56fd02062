import type { Arbitrary } from "fast-check";

export interface Program {
  form: "module" | "script" | "sloppy";
}
export const program: Arbitrary<Program>;
