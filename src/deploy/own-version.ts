import { createRequire } from "node:module";

/** Release of this package, such as `"0.1.0"`. */
export function ownVersion(): string {
  return (createRequire(import.meta.url)("nodewren/package.json") as { version: string }).version;
}
