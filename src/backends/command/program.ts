/** The workers' program as hosts get it that have nothing of nodewren: a few files in one piece, known by their digest. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { brotliDecompressSync, gzipSync } from "node:zlib";
import { OWN_URL } from "../../util/own-file.js";
import { digestOf } from "../../wire/digest.js";

export interface Program {
  digest: string;
  bytes: Uint8Array;
  /** What a command line holds of it: the code that starts it, in one line. */
  boot: string;
}

/** Where each file lies in this package, by its name on a host. */
const FILES = {
  "index.cjs": "lambda/index.js.br",
  "watchdog.js": "local/watchdog.js",
  "agent.js": "command/agent.js",
};

export function workerProgram(): Program {
  // The worker of this machine lies in the folder `local`, beside those of other places.
  const layer = dirname(dirname(createRequire(OWN_URL).resolve("nodewren/worker")));
  const textOf = (path: string) => {
    const bytes = readFileSync(join(layer, path));
    return (path.endsWith(".br") ? brotliDecompressSync(bytes) : bytes).toString();
  };
  const texts = Object.entries(FILES).map(([name, path]) => [name, textOf(path)] as const);
  const files = { ...Object.fromEntries(texts), "package.json": '{"type":"module"}' };
  const bytes = gzipSync(JSON.stringify(files));
  return { digest: digestOf(bytes), bytes, boot: textOf("command/boot.js").trim() };
}

/** Arguments that start it: of Node's command, with where it calls back, if that is not through the command's own streams. */
export function startArguments({ digest, bytes, boot }: Program, node: string, callBackTo?: string): string[] {
  const rest = callBackTo === undefined ? [] : [callBackTo];
  return [node, "-e", boot, digest, String(bytes.byteLength), ...rest];
}

/** Quoted for the shells that hosts have: nothing is special between single quotes but the quote itself. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
