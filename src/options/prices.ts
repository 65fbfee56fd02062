/** The option `prices`: what workers and requests cost, where the lists that are known here are not right. */
import type { Prices } from "../cost/prices.js";
import { type Check, checkOptions } from "./check.js";

/** The dearest of prices is an hour of a machine; so what is above is a mistake in the unit, USD. */
const MAX_USD = 10_000;

const isPrice: Check = (value) =>
  typeof value === "number" && value >= 0 && value <= MAX_USD ? undefined : `a number from 0 to ${MAX_USD} (USD)`;

const isSomeText: Check = (value) => (typeof value === "string" && value !== "" ? undefined : "a text");

export const isObject: Check = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? undefined : "an object";

const CHECKS: Record<keyof Prices, Check> = {
  asOf: isSomeText,
  source: isSomeText,
  gbSecond: isPrice,
  invocation: isPrice,
  diskGbSecond: isPrice,
  storeWrite: isPrice,
  storeRead: isPrice,
  workerHour: isPrice,
};

/** Throws `OptionError` for the first price that is unknown or out of range. */
export function checkPrices(prices: Partial<Prices> | undefined): void {
  if (prices) checkOptions("prices", prices, CHECKS, "prices.");
}
