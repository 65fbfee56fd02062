/** Checks of the hosts on which a command starts workers: each answers, has a Node that will do, and sees the store. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { CommandBackend } from "../../backends/command/backend.js";
import type { ResolvedConfig } from "../../config/config.js";
import { InvokeError, StoreError } from "../../errors.js";
import { makeCommandBackend } from "../../host/command-backend.js";
import { withStore } from "../shared.js";
import type { Check } from "./run-checks.js";

/** Hosts that are all alike, as the tasks of an array are, and any of which says what there is to say. */
const ALIKE = ["slurm", "containers"];

export function hostChecks(config: ResolvedConfig, waits: boolean): { checks: Check[]; close: () => Promise<void> } {
  const backend = makeCommandBackend(config);
  const names = ALIKE.includes(config.command.start) ? backend.hostNames.slice(0, 1) : backend.hostNames;
  const skip = backend.isQueued && !waits ? "may wait in the queue of the cluster: add --run" : undefined;
  const checks = names.map((name) => ({ name: `host ${name}`, skip, run: () => lookAt(backend, name, config) }));
  return { checks, close: () => backend.close() };
}

async function lookAt(backend: CommandBackend, name: string, config: ResolvedConfig): Promise<string> {
  const { store } = config;
  const ask = (file?: string) =>
    backend.look(name, file).catch((error: Error) => {
      throw new InvokeError(`No workers can be started there: ${error.message}.`);
    });
  if (store?.kind !== "file") return (await ask()).about;
  const key = `jobs/${randomUUID()}/doctor`;
  return withStore(config, async (opened) => {
    await opened.put(key, Buffer.from("written by nodewren doctor"));
    try {
      const found = await ask(join(store.folder, key));
      if (found.seesFile) return `${found.about}, sees the store`;
      throw new StoreError(
        `It does not see what is stored in ${store.folder}. Put the store into a folder that all hosts share, say with command.folders where it lies there, or use one of S3.`,
      );
    } finally {
      await opened.delete(key);
    }
  });
}
