/** One environment of AWS Lambda: the built worker under Lambda's own runtime client, and the API that it asks for work. */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { newFolder } from "./folders.js";
import { root } from "./run-script.js";

const TRANSPORT = fileURLToPath(new URL("ric-transport.cjs", import.meta.url));

/** As the client's own main file, which prints before it takes the console over. */
const CLIENT = `
  import { run } from "aws-lambda-ric";
  console.log("Executing");
  await run("${root}dist/runtime-layer/lambda", "index.handler");`;

/** What an invocation came to: an answer, the client's report of an error, or the end of the process. */
export type Ended = { answer: unknown } | { error: unknown } | { code: number | null; signal: string | null };

export class LambdaEnvironment {
  readonly #server: Server;
  #child: ChildProcess | undefined;
  #ended: Promise<Ended> | undefined;
  #waiting: ServerResponse | undefined;
  #onWaiting: () => void = () => {};
  #onAnswer: (ended: Ended) => void = () => {};
  /** All that the process wrote to its log. */
  log = "";

  constructor() {
    this.#server = createServer((_request, response) => {
      this.#waiting = response;
      this.#onWaiting();
    });
  }

  /** Ends with the test. */
  static async start(env: Record<string, string> = {}): Promise<LambdaEnvironment> {
    // As on Lambda, each has a /tmp of its own.
    const TMPDIR = newFolder();
    const environment = new LambdaEnvironment();
    onTestFinished(() => environment.#stop());
    await new Promise<void>((resolve) => environment.#server.listen(0, "127.0.0.1", resolve));
    environment.#spawn({ TMPDIR, ...env });
    return environment;
  }

  get pid(): number {
    return this.#child?.pid as number;
  }

  /** Gives the process an event; resolves when it answers or ends. */
  async invoke(event: unknown, { timeoutMs = 60_000 }: { timeoutMs?: number } = {}): Promise<Ended> {
    await this.idle();
    const answered = new Promise<Ended>((resolve) => {
      this.#onAnswer = resolve;
    });
    const response = this.#waiting as ServerResponse;
    this.#waiting = undefined;
    response.setHeader("lambda-runtime-aws-request-id", "request-1");
    response.setHeader("lambda-runtime-deadline-ms", String(Date.now() + timeoutMs));
    response.end(JSON.stringify(event));
    return Promise.race([answered, this.#ended as Promise<Ended>]);
  }

  /** Resolves when the process asks for an event; rejects when it ends before that. */
  async idle(): Promise<void> {
    const waiting = new Promise<void>((resolve) => {
      this.#onWaiting = resolve;
    });
    if (this.#waiting) return;
    const ended = await Promise.race([waiting, this.#ended]);
    if (ended) throw new Error(`The environment ended: ${JSON.stringify(ended)}\n${this.log}`);
  }

  #spawn(env: Record<string, string>): void {
    const { VITEST: _, NODE_OPTIONS: __, ...own } = process.env;
    const address = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    this.#child = spawn(process.execPath, ["--require", TRANSPORT, "--input-type=module", "--eval", CLIENT], {
      cwd: root,
      env: { ...own, AWS_LAMBDA_RUNTIME_API: address, AWS_LAMBDA_LOG_STREAM_NAME: "stream", ...env },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    const [, stdout, stderr, answers] = this.#child.stdio as unknown as Readable[];
    for (const stream of [stdout, stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.log += text;
      });
    createInterface({ input: answers as Readable }).on("line", (line) => this.#onAnswer(JSON.parse(line)));
    this.#ended = new Promise((resolve) => {
      this.#child?.once("close", (code, signal) => resolve({ code, signal }));
    });
  }

  async #stop(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#ended;
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
