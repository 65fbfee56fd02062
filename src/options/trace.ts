import type { Check } from "./check.js";

/**
 * `true`: spans by OpenTelemetry's API, for the SDK that the program has registered; `"x-ray"`: documents for the daemon of AWS X-Ray;
 * `false`: none.
 */
export type TraceOption = boolean | "x-ray";

export const isTrace: Check = (value) =>
  typeof value === "boolean" || value === "x-ray" ? undefined : `true, false or "x-ray"`;
