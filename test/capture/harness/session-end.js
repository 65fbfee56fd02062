/** What the last cell of a session calls: captures what the cells shipped. */
import { renameSync, writeFileSync } from "node:fs";
import { serialize } from "node:v8";
import { captureCases } from "./capture-cases.js";

export async function finish(cases, out) {
  const { capture } = await import(process.env.MATRIX_CAPTURE);
  writeFileSync(`${out}.part`, serialize(await captureCases(cases, capture)));
  renameSync(`${out}.part`, out); // whoever waits for the file must find it whole
  if (process.env.MATRIX_EXIT) process.exit(0);
}
