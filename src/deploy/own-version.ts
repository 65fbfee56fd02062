import { ownRequire } from "../util/own-file.js";

/** Release of this package, such as `"0.1.0"`. */
export function ownVersion(): string {
  return (ownRequire("nodewren/package.json") as { version: string }).version;
}
