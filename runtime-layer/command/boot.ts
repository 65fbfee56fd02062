/**
 * What a command line holds of an agent (`node -e`): finds the workers' program in this user's cache, or asks for it, and starts the agent that is part of
 * it. Compiled for old versions of Node as well, which are to say that they are too old.
 */
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Readable, Writable } from "node:stream";
import * as tls from "node:tls";
import * as url from "node:url";
import * as zlib from "node:zlib";

const [, digest = "", size, place, identity = ""] = process.argv;

const caches = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
const folder = path.join(caches, "nodewren-workers", digest);

function boot(input: Readable, output: Writable): void {
  const has = fs.existsSync(folder);
  const { version: node, platform, arch } = process;
  output.write(`\nnodewren-agent ${JSON.stringify({ node, platform, arch, has })}\n`);
  if (has) start(folder, input, output);
  else receive(input, (bytes) => start(unpack(bytes), input, output));
}

function receive(input: Readable, use: (bytes: Buffer) => void): void {
  const take = (): void => {
    const bytes = input.read(Number(size));
    if (!bytes) return;
    input.off("readable", take);
    use(bytes);
  };
  input.on("readable", take);
  input.on("end", () => process.exit(1));
}

function start(program: string, input: Readable, output: Writable): void {
  import(url.pathToFileURL(path.join(program, "agent.js")).href).then((agent) =>
    agent.run(input, output, program === folder ? undefined : program),
  );
}

/** Under another name first: several may be at it, on machines that share the folder. Where there is no cache, it goes with the agent. */
function unpack(bytes: Buffer): string {
  if (crypto.createHash("sha256").update(bytes).digest("hex") !== digest) throw new Error("The program came damaged.");
  try {
    fs.mkdirSync(path.dirname(folder), { recursive: true, mode: 0o700 });
    const made = write(fs.mkdtempSync(`${folder}-`), bytes);
    try {
      fs.renameSync(made, folder);
    } catch {
      fs.rmSync(made, { recursive: true });
    }
    return folder;
  } catch {
    return write(fs.mkdtempSync(path.join(os.tmpdir(), "nodewren-workers-")), bytes);
  }
}

function write(into: string, bytes: Buffer): string {
  const files = JSON.parse(zlib.gunzipSync(bytes).toString()) as Record<string, string>;
  for (const name of Object.keys(files)) fs.writeFileSync(path.join(into, name), files[name] as string);
  return into;
}

/** Of many that one command has started, each calls back: who has not the same key gets nothing, on either side. */
function callBack(to: string): void {
  const [, host, port] = /^(.*):(\d+)$/.exec(to) as unknown as [string, string, string];
  const psk = Buffer.from(process.env.NODEWREN_KEY || "", "hex");
  delete process.env.NODEWREN_KEY;
  const socket = tls.connect({
    host,
    port: Number(port),
    ciphers: "ECDHE-PSK-CHACHA20-POLY1305",
    maxVersion: "TLSv1.2",
    pskCallback: () => ({ psk, identity }),
    checkServerIdentity: () => undefined,
  });
  socket.setNoDelay(true);
  socket.on("secureConnect", () => boot(socket, socket));
  socket.on("close", () => process.exit(1));
}

if (place) callBack(place);
else boot(process.stdin, process.stdout);
