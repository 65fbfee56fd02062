/** For whoever watches: the case that this process is at, should it never come back from there. */
import { writeFileSync } from "node:fs";
import process from "node:process";

export function tellCase(id) {
  if (process.env.CASE_AT) writeFileSync(process.env.CASE_AT, id);
}
