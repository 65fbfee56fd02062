/** Starts Ceph's S3 gateway, radosgw, with as much of Ceph below it as it needs. Takes some two seconds. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "../free-port.js";
import type { Credentials } from "../s3-double/signature.js";
import { type ClusterPlace, configFile, monitorAddress } from "./config.js";

export interface Cluster {
  endpoint: string;
  credentials: Credentials;
  /** Of a second gateway to the same buckets, with STS, which refuses tokens of others and tells of wrong signatures less than S3 does. */
  stsEndpoint: string;
  /** A role that whoever has the credentials may take on, and that may do all. */
  roleArn: string;
  stop(): Promise<void>;
}

/** Longest that one of Ceph's tools may take, ms. Each takes under half a second on a quiet machine. */
const TOOL_MS = 30_000;

/** Longest until the gateway answers, ms. */
const START_MS = 60_000;

const run = promisify(execFile);

/** Room for the objects of the tests. */
const DEFAULT_BYTES = 2 * 1024 ** 3;

/** Rejects, with the daemons' last words, when a step fails; nothing is left then. */
export async function startCluster({ bytes = DEFAULT_BYTES } = {}): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "nodewren-radosgw-"));
  const daemons: ChildProcess[] = [];
  const stop = async () => {
    await Promise.all(daemons.map(end));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await startDaemons({ folder, bytes }, daemons)), stop };
  } catch (cause) {
    const words = lastWords(folder);
    await stop();
    throw new Error(`radosgw did not start: ${cause}\n${words}`, { cause });
  }
}

async function startDaemons(
  room: Pick<ClusterPlace, "folder" | "bytes">,
  daemons: ChildProcess[],
): Promise<Omit<Cluster, "stop">> {
  const place: ClusterPlace = { ...room, id: randomUUID(), monitorPort: await freePort() };
  const { folder } = place;
  const config = join(folder, "ceph.conf");
  const tool = (name: string, ...args: string[]) =>
    run(name, ["-c", config, ...args], { timeout: TOOL_MS, killSignal: "SIGKILL" });
  const daemon = (name: string, ...args: string[]) => {
    const child = spawn(name, ["-c", config, "-f", ...args], { stdio: "ignore" });
    // A daemon that cannot be run at all shows in that nothing answers.
    child.on("error", () => undefined);
    daemons.push(child);
  };
  for (const name of ["mon", "osd", "rgw", "run"]) mkdirSync(join(folder, name));
  writeFileSync(config, configFile(place));

  await makeKeys(join(folder, "keyring"));
  const map = join(folder, "monmap");
  await run("monmaptool", ["--create", "--fsid", place.id, "--addv", "a", monitorAddress(place), map]);
  await tool("ceph-mon", "--mkfs", "-i", "a", "--monmap", map);
  daemon("ceph-mon", "-i", "a");
  const osd = randomUUID();
  await tool("ceph", "osd", "new", osd);
  await tool("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd);
  daemon("ceph-osd", "-i", "0");
  const gateway = async (...args: string[]) => {
    const port = await freePort();
    daemon("radosgw", "-n", GATEWAY, `--rgw_frontends=beast endpoint=127.0.0.1:${port}`, ...args);
    const endpoint = `http://127.0.0.1:${port}`;
    await answers(endpoint);
    return endpoint;
  };
  const endpoint = await gateway();
  const stsEndpoint = await gateway(...SESSIONS);

  const credentials = { accessKeyId: "RADOSGW", secretAccessKey: randomBytes(20).toString("hex") };
  const keys = [`--access-key=${credentials.accessKeyId}`, `--secret=${credentials.secretAccessKey}`];
  await tool("radosgw-admin", "user", "create", "--uid=tests", "--display-name=tests", ...keys);
  return { endpoint, stsEndpoint, credentials, roleArn: await newRole(tool) };
}

async function newRole(tool: (name: string, ...args: string[]) => Promise<unknown>): Promise<string> {
  const Version = "2012-10-17";
  const trust = [{ Effect: "Allow", Principal: { AWS: ["arn:aws:iam:::user/tests"] }, Action: ["sts:AssumeRole"] }];
  const all = [{ Effect: "Allow", Action: ["s3:*"], Resource: ["arn:aws:s3:::*"] }];
  const admin = (verb: string, what: string, ...args: string[]) =>
    tool("radosgw-admin", what, verb, "--role-name=jobs", ...args);
  await admin("create", "role", `--assume-role-policy-doc=${JSON.stringify({ Version, Statement: trust })}`);
  await admin("put", "role-policy", "--policy-name=all", `--policy-doc=${JSON.stringify({ Version, Statement: all })}`);
  return "arn:aws:iam:::role/jobs";
}

const GATEWAY = "client.rgw";

/** For STS; the key encrypts its tokens, and has 16 characters. */
const SESSIONS = ["--rgw_sts_key=0123456789abcdef", "--rgw_s3_auth_use_sts=true"];

/** One keyring for all: the gateway takes no connection without a key, whatever the settings say. */
async function makeKeys(keyring: string): Promise<void> {
  const all = ["--cap", "mon", "allow *", "--cap", "osd", "allow *"];
  await run("ceph-authtool", ["--create-keyring", keyring, "--gen-key", "-n", "mon.", ...all]);
  for (const name of ["client.admin", "osd.0", GATEWAY])
    await run("ceph-authtool", [keyring, "--gen-key", "-n", name, ...all]);
}

async function answers(endpoint: string): Promise<void> {
  const limit = performance.now() + START_MS;
  for (;;) {
    const answer = await fetch(endpoint).catch(() => undefined);
    if (answer) return;
    if (performance.now() > limit) throw new Error(`nothing answered at ${endpoint} within ${START_MS} ms`);
    await sleep(50);
  }
}

/** All is in memory and goes anyway, so there is nothing to end in order. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

function lastWords(folder: string): string {
  const logs = readdirSync(folder).filter((name) => name.endsWith(".log"));
  return logs
    .map((name) => `${name}: ${readFileSync(join(folder, name), "utf8").trim().split("\n").slice(-3).join("\n  ")}`)
    .join("\n");
}
