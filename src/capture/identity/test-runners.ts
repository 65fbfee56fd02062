import { types } from "node:util";
import { lookAtFunction } from "../inspect/look.js";
import type { Callable } from "../types.js";
import { codeOwner } from "./is-native.js";
import { packageOfCode } from "./package-of-code.js";

const TEST_RUNNERS = /^(@?jest\b|@?vitest\b|expect$)/;

/** Whether a value is a function of a test runner, such as the global `expect`. */
export function isOfTestRunner(value: unknown): boolean {
  return TEST_RUNNERS.test(packageOfCode(value) ?? "");
}

/** Whether a method of a console is a test runner's, or Node's for a console that a test runner has made. */
export function isOfTheirConsole(method: unknown): method is Callable {
  if (typeof method !== "function" || types.isProxy(method)) return false;
  const code = lookAtFunction(method as Callable).bound?.target ?? (method as Callable);
  return isOfTestRunner(code) || codeOwner(code as Callable) === "node";
}
