// One environment of AWS Lambda: a handler under Lambda's own runtime client, given events one by one.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const TRANSPORT = fileURLToPath(new URL("../../test/support/ric-transport.cjs", import.meta.url));
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Longest that the platform would let an invocation run, ms. */
const TIMEOUT_MS = 60_000;

/** Resolves when the handler in the folder is loaded and asks for its first event. */
export async function startEnvironment(folder) {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = `import { run } from "aws-lambda-ric"; await run(${JSON.stringify(folder)}, "index.handler");`;
  const asked = once(server, "request");
  const started = performance.now();
  const child = spawn(process.execPath, ["--require", TRANSPORT, "--input-type=module", "--eval", client], {
    cwd: ROOT,
    env: { ...process.env, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${server.address().port}` },
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const answers = createInterface({ input: child.stdio[3] });
  let [, waiting] = await asked;
  return {
    initMs: performance.now() - started,
    pid: child.pid,

    /** Resolves with the answer once the handler asks for the next event. */
    async invoke(event) {
      const [answered, askedAgain] = [once(answers, "line"), once(server, "request")];
      waiting.setHeader("lambda-runtime-aws-request-id", "1");
      waiting.setHeader("lambda-runtime-deadline-ms", String(Date.now() + TIMEOUT_MS));
      waiting.end(JSON.stringify(event));
      const [line] = await answered;
      [, waiting] = await askedAgain;
      return JSON.parse(line);
    },

    async close() {
      child.kill("SIGKILL");
      server.closeAllConnections();
      server.close();
      await once(child, "close");
    },
  };
}
