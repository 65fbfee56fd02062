import type { Pack } from "./arbitrary.js";

/** Texts of files by their paths in `node_modules`. */
export declare function packageFilesOf(pack: Pack): Record<string, string>;
