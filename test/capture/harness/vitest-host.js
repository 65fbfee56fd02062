/** The host, inside of a test run by vitest. */
import { writeFileSync } from "node:fs";
import { serialize } from "node:v8";
import { test } from "vitest";
import { captureCases } from "./capture-cases.js";

export function runInVitest(cases) {
  test("captures the cases", async () => {
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", () => {});
    const { capture } = await import(process.env.MATRIX_CAPTURE);
    writeFileSync(process.env.MATRIX_OUT, serialize(await captureCases(cases, capture)));
  });
}
