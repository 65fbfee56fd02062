/** A backend over a platform that was started, and the end of all of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HttpBackend } from "../../../src/backends/http/backend.js";
import type { HttpBackendOptions } from "../../../src/backends/http/options.js";
import { FileStore } from "../../../src/stores/file/store.js";
import { TOKEN } from "../http-server.js";

/** @param closers what is undone in the end, one after the other */
export function overHttp(options: Omit<HttpBackendOptions, "token">, ...closers: readonly (() => unknown)[]) {
  const folder = mkdtempSync(join(tmpdir(), "nodewren-contract-"));
  const backend = new HttpBackend({ concurrency: 2, ...options, token: TOKEN });
  return {
    backend,
    store: new FileStore(folder),
    close: async () => {
      await backend.close();
      for (const close of closers) await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
