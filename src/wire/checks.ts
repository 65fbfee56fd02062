/** Whether data that anybody may have written has the fields that are read of it. */

export type Check = (value: unknown) => boolean;

export const isText: Check = (value) => typeof value === "string";
export const isNumber: Check = (value) => typeof value === "number" && Number.isFinite(value);
export const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
export const isPositive: Check = (value) => isNumber(value) && (value as number) > 0;
export const isFlag: Check = (value) => typeof value === "boolean";
export const isBytes: Check = (value) => value instanceof Uint8Array;

export const isListOf =
  (isRight: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(isRight);

export const orNull =
  (isRight: Check): Check =>
  (value) =>
    value === null || isRight(value);

/** For fields that may be missing. */
export const orNone =
  (isRight: Check): Check =>
  (value) =>
    value === undefined || isRight(value);

/** The name of the first field that is not what it should be. */
export function wrongField(value: unknown, checks: Readonly<Record<string, Check>>): string | undefined {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  return Object.entries(checks).find(([field, isRight]) => !isRight(fields[field]))?.[0];
}

export const hasFields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === "object" && value !== null && wrongField(value, checks) === undefined;
