import type { Arbitrary } from "fast-check";

export interface Pack {
  form: "esm" | "cjs";
}

export interface Program {
  form: "module" | "script" | "sloppy";
  pack: Pack | null;
}
export const program: Arbitrary<Program>;
