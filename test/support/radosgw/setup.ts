/** Vitest's global setup: one radosgw for the whole run, started when the first test asks for it. */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Where to ask for radosgw: the answer comes when it is up. */
    radosgwDesk: string;
  }
}

const SUPERVISOR = fileURLToPath(new URL("supervisor.ts", import.meta.url));

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  let supervisor: ChildProcess | undefined;
  let started: Promise<string> | undefined;
  const start = () => {
    supervisor = spawn(process.execPath, ["--import", "tsx", SUPERVISOR], { stdio: ["pipe", "pipe", "inherit"] });
    return firstLineOf(supervisor);
  };
  const desk = createServer(async (_, response) => {
    started ??= start();
    response.end(await started);
  });
  await new Promise<void>((resolve) => desk.listen(0, "127.0.0.1", resolve));
  desk.unref();
  provide("radosgwDesk", `http://127.0.0.1:${(desk.address() as AddressInfo).port}`);
  return async () => {
    desk.close();
    if (supervisor) await end(supervisor);
  };
}

function firstLineOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    createInterface(child.stdout as NodeJS.ReadableStream).once("line", resolve);
    child.once("exit", (code) => resolve(JSON.stringify({ error: `the supervisor ended with exit code ${code}` })));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.stdin?.end();
  await gone;
}
