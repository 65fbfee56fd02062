/**
 * A real server without conditions of writes: s3rver, which npm has, must be refused by the first write, by name. It is
 * installed beside, in a temporary folder, as nothing else needs its hundred packages.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Executor, S3Store } from "nodewren";

const RELEASE = "s3rver@3.7.1";
const BUCKET = "bucket";

/** As far as it is used here. */
interface Server {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), "nodewren-s3rver-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

function install(): boolean {
  try {
    const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"];
    execFileSync("npm", ["install", "--prefix", folder, ...options, RELEASE], { stdio: ["ignore", "ignore", "pipe"] });
    return true;
  } catch (error) {
    console.log(`SKIPPED: ${RELEASE} cannot be installed: ${(error as Error).message.split("\n")[0]}`);
    return false;
  }
}

async function refusalOf(action: Promise<unknown>): Promise<string> {
  const message = await action.then(
    () => "it was not refused",
    (error: Error) => error.message,
  );
  if (!/ignores the condition of writes \(If-None-Match: \*\)/.test(message)) throw new Error(message);
  return message;
}

if (install()) {
  const directory = join(folder, "objects");
  mkdirSync(directory);
  const S3rver = createRequire(join(folder, "package.json"))("s3rver") as new (options: object) => Server;
  const options = { port: 0, address: "127.0.0.1", silent: true, directory, configureBuckets: [{ name: BUCKET }] };
  const server = new S3rver(options);
  const { port } = await server.run();
  const newStore = () =>
    new S3Store({
      bucket: BUCKET,
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" },
    });
  const store = newStore();
  console.log(`a write: ${await refusalOf(store.putIfAbsent("key", Buffer.from("body")))}`);
  const executor = new Executor({ store: newStore(), workers: 1, progress: false });
  await refusalOf(Promise.resolve(executor.map((x: number) => x + 1, [1, 2])));
  console.log("a job: the same");
  await executor.close();
  await store.close();
  await server.close();
  console.log("2 passed, 0 failed");
}
