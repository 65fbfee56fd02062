/** Processes that platforms are made of here, and requests to them. */
import { type ChildProcess, spawn } from "node:child_process";
import { type RequestOptions, request } from "node:http";
import { TOKEN } from "../http-server.js";
import { until } from "../until.js";
import type { Reply } from "./front.js";

/** Time for a process to listen on a busy machine, ms. */
const UP_MS = 30_000;

export function startNode(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
  stdout: "pipe" | "ignore" = "ignore",
): ChildProcess {
  const { NODEWREN_STORE: _, NODE_OPTIONS: __, ...inherited } = process.env;
  return spawn(process.execPath, args, {
    cwd,
    env: { ...inherited, NODEWREN_HTTP_TOKEN: TOKEN, ...env },
    stdio: ["pipe", stdout, "inherit"],
  });
}

export function post(options: RequestOptions, body: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      ...options.headers,
    };
    const sent = request({ method: "POST", ...options, headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      const type = String(response.headers["content-type"] ?? "");
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString(), type });
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

/** Whether something listens there. */
export async function listens(options: RequestOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = request({ ...options, method: "OPTIONS", path: "/" }, (response) => {
      response.resume();
      resolve(true);
    });
    sent.once("error", () => resolve(false));
    sent.end();
  });
}

export async function untilListening(options: RequestOptions): Promise<void> {
  await until(() => listens(options), UP_MS);
}
