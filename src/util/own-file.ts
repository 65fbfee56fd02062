import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/** URL of the file that this code is in. Where a program is bundled for CommonJS, there is no `import.meta.url`. */
export const OWN_URL: string = (import.meta.url as string | undefined) ?? pathToFileURL(__filename).href;

/** `require()` as seen from that file. */
export const ownRequire = createRequire(OWN_URL);
