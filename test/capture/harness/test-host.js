/** The host, inside of a test that Vitest or Jest runs; `test` is the runner's own. */
import { writeFileSync } from "node:fs";
import { serialize } from "node:v8";
import { captureCases } from "./capture-cases.js";

export function runAsTest(test, cases) {
  test("captures the cases", async () => {
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", () => {});
    const { capture } = await import(process.env.MATRIX_CAPTURE);
    writeFileSync(process.env.MATRIX_OUT, serialize(await captureCases(cases, capture)));
  });
}
