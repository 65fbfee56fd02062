/** A folder as that of a notebook's user, with the package installed. */
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { newFolder } from "./folders.js";
import { root } from "./run-script.js";

/** Goes when the test ends. */
export function notebookProject(): string {
  const folder = newFolder();
  mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
  symlinkSync(root, join(folder, "node_modules/nodewren"));
  for (const name of ["@types/node", "undici-types"])
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  return folder;
}
