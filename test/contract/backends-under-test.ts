import { readdirSync } from "node:fs";
import type { BackendUnderTest } from "./backend-under-test.js";

const folder = new URL("./backends/", import.meta.url);

/** Each file of the folder gives one. */
export async function backendsUnderTest(): Promise<BackendUnderTest[]> {
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  const modules = await Promise.all(files.map((name) => import(new URL(name, folder).href)));
  return modules.flatMap((module) => Object.values(module) as BackendUnderTest[]);
}
