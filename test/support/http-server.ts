/** `nodewren serve` as a process of its own, as its users start it. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { root } from "./run-script.js";

/** No secret: servers of tests listen on loopback, for minutes. */
export const TOKEN = "a token that only tests use";

export interface StartedServer {
  url: string;
  pid: number;
  /** Ends the server in the way of the signal, and waits for its end. */
  close(signal?: NodeJS.Signals): Promise<void>;
}

/** Whoever starts it closes it. */
export async function startHttpServer({
  workers = 2,
  args = [],
}: {
  workers?: number;
  args?: readonly string[];
} = {}): Promise<StartedServer> {
  const cli = `${root}dist/src/cli/main.js`;
  const { NODEWREN_STORE: _, ...env } = process.env;
  const child = spawn(process.execPath, [cli, "serve", "--port", "0", "--workers", String(workers), ...args], {
    env: { ...env, NODEWREN_HTTP_TOKEN: TOKEN },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await firstMatch(child, /http:\S+:\d+/);
  return { url, pid: child.pid as number, close: (signal = "SIGTERM") => ended(child, signal) };
}

/** The first match in what the process prints, line by line. Rejects when it ends before that. */
export function firstMatch(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => reject(new Error(`It ended before it was up: ${code ?? signal}`)));
    createInterface({ input: child.stdout as Readable }).on("line", (line) => {
      const [found] = pattern.exec(line) ?? [];
      if (found) resolve(found);
    });
  });
}

/** Ends a process that the test started. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await end;
}
