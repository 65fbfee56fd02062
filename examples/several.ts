// Two places as one: this machine first, and another host for what it has no room for. Here `env` stands for the command that reaches
// the host, such as `ssh`, and the folder for one that both see.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandBackend, Executor, LocalBackend } from "nodewren";

const store = mkdtempSync(join(tmpdir(), "several-"));
const here = new LocalBackend({ workers: 1 });
const host = new CommandBackend({ command: ["env"], hosts: ["compute1"], workers: 2 });
const executor = new Executor({ backend: [here, host], store, progress: false });

/** Waits as a request would. */
async function ask(question: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  return question * 2;
}

const job = executor.map(
  ask,
  Array.from({ length: 60 }, (_, i) => i),
);
const answers = await job;
const { places } = job.report();
console.log(`${answers.length} answers, the last one ${answers.at(-1)}`);
console.log(
  `places: ${places.map(({ name }) => name).join(" and ")}, both used: ${places.every(({ calls }) => calls > 0)}`,
);
await executor.close();
rmSync(store, { recursive: true });
