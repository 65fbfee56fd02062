import { expect, it } from "vitest";
import { CommandBackend } from "../../../../src/backends/command/backend.js";
import { Folders } from "../../../../src/backends/command/folders.js";
import { commandLine } from "../../../../src/backends/command/launcher.js";
import type { CommandBackendOptions } from "../../../../src/backends/command/options.js";
import { containers, slurm, ssh } from "../../../../src/backends/command/presets.js";
import { quoted } from "../../../../src/backends/command/program.js";
import { newRequest } from "../../../support/job-runs.js";

const wrong: [Record<string, unknown>, RegExp][] = [
  [{}, /Option command of new CommandBackend\(\) must be a list of texts/],
  [{ command: "ssh" }, /Option command .* but is "ssh"/],
  [{ command: ["env"], hosts: [] }, /Option hosts .* a list of at least one host/],
  [{ command: ["env"], hosts: ["a", "a"] }, /Option hosts .* names each host once/],
  [{ command: ["env"], hosts: [{ name: "a", workers: 0 }] }, /Option hosts /],
  [{ command: ["env"], workers: 0.5 }, /Option workers .* an integer from 1 to 1024, but is 0\.5/],
  [{ command: ["env"], folders: { "/a": "" } }, /Option folders /],
  [{ command: ["env"], startTimeoutMs: 0 }, /Option startTimeoutMs /],
  [{ command: ["env"], timeout: 1 }, /has no option timeout\. It has: command, shell, hosts, /],
];
it.each(wrong)("refuses %j by the option's name", (options, message) => {
  expect(() => new CommandBackend(options as unknown as CommandBackendOptions)).toThrow(message);
});

it("presets refuse what they cannot do without, and what they do not know", () => {
  expect(() => ssh({} as never)).toThrow(/Option hosts of ssh\(\) must be a list of at least one host/);
  expect(() => slurm({} as never)).toThrow(/Option tasks of slurm\(\) must be an integer of at least 1/);
  expect(() => containers({} as never)).toThrow(/Option image of containers\(\) must be a text/);
  expect(() => slurm({ tasks: 1, hosts: ["a"] } as never)).toThrow(/slurm\(\) has no option hosts/);
});

it("knows how many workers there may be without any host, and starts none for that", () => {
  const hosts = ["a", { name: "b", workers: 5 }];
  expect(new CommandBackend({ command: ["no-such-program"], hosts, workers: 2 }).limits.concurrency).toBe(7);
  expect(slurm({ tasks: 3, workers: 4 }).limits.concurrency).toBe(12);
});

it("puts the host's name into the command, and quotes what a shell is to read", () => {
  const settings = { command: ["ssh", "-l{host}", "{host}"], shell: true, node: "node" };
  expect(commandLine(settings, "a", ["node", "-e", `say("it's $HOME")`])).toEqual([
    "ssh",
    "-la",
    "a",
    `exec node -e 'say("it'\\''s $HOME")'`,
  ]);
  expect(commandLine({ ...settings, shell: false }, "a", ["node", "-e", "1 > 2"]).slice(3)).toEqual([
    "node",
    "-e",
    "1 > 2",
  ]);
  expect(["/usr/bin/node", "a b", "", "!x"].map(quoted)).toEqual(["/usr/bin/node", "'a b'", "''", "'!x'"]);
});

it("maps the folders of stores, and leaves others and buckets alone", () => {
  const folders = new Folders({ "/home/me/runs": "/mnt/runs" });
  const onHost = (folder: string) => folders.onHost({ kind: "file", folder })["folder"];
  expect(["/home/me/runs", "/home/me/runs/a/b", "/home/me/runs2", "/"].map(onHost)).toEqual([
    "/mnt/runs",
    "/mnt/runs/a/b",
    "/home/me/runs2",
    "/",
  ]);
  expect(folders.onHost({ kind: "s3", bucket: "b" })).toEqual({ kind: "s3", bucket: "b" });
  const shard = { name: "0", first: 0, count: 1, byteStart: 0, byteEnd: 1 };
  const request = newRequest(shard, { store: { kind: "file", folder: "/home/me/runs/x" } });
  expect(folders.inRequest(request).store["folder"]).toBe("/mnt/runs/x");
});
