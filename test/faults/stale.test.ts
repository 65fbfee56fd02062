/**
 * Folders that a host left which was killed together with its workers: the next one sweeps them, and no others.
 *
 * @module-tag long
 */
import { chownSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { newFolder } from "../support/folders.js";
import { canListProcesses, childrenOf, isAlive } from "../support/processes.js";
import { runScript, type Script } from "../support/scripts.js";
import { until } from "../support/until.js";

/** Longest that a host may take to start its workers, on a busy machine, too, ms. */
const STARTS_MS = 15_000;

/** A user who is not the one of the tests. */
const OTHER_USER = 54_321;

const HEAD = `
  import { Executor } from "nodewren";
  const executor = new Executor({ workers: 1, progress: false });
`;

/** A folder for temporary ones, so that no other test sweeps it. */
const inFolder = (tmp: string) => ({ env: { ...process.env, TMPDIR: tmp } });

/** A host with a job that goes on. */
async function startHost(tmp: string): Promise<Script> {
  const script = runScript(`${HEAD} await executor.map(() => { console.log(1); for (;;); }, [1]);`, inFolder(tmp));
  await until(() => childrenOf(script.pid).length === 1 && readdirSync(tmp).length > 0, STARTS_MS);
  return script;
}

/** Leaves its folder: nobody lives on to remove it. Returns the folder's name. */
async function killWhole(tmp: string): Promise<string> {
  const before = readdirSync(tmp);
  const script = await startHost(tmp);
  const workers = childrenOf(script.pid);
  for (const worker of workers) process.kill(worker, "SIGSTOP");
  script.child.kill("SIGKILL");
  for (const worker of workers) process.kill(worker, "SIGKILL");
  await until(() => !workers.some(isAlive), STARTS_MS);
  await script.ended;
  return readdirSync(tmp).find((name) => !before.includes(name)) as string;
}

/** A host that does its work and ends, the sweeping included. */
const runNext = (tmp: string) => runScript(`${HEAD} await executor.map((x) => x, [1]);`, inFolder(tmp)).ended;

describe.skipIf(!canListProcesses)("the next host", () => {
  it("removes what one left that was killed together with its workers", async () => {
    const tmp = newFolder();
    const left = await killWhole(tmp);
    expect(left).toMatch(/^nodewren-\d+-/);
    mkdirSync(join(tmp, `${left}.gone`));
    expect(await runNext(tmp)).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(tmp)).toEqual([]);
  });

  it("removes what a process left whose id has been given again", async () => {
    const tmp = newFolder();
    const left = await killWhole(tmp);
    mkdirSync(join(tmp, left.replace(/\d+/, String(process.pid))));
    await runNext(tmp);
    expect(readdirSync(tmp)).toEqual([]);
  });

  it("leaves what a living one has, what is another place's or user's, and what is none of ours", async () => {
    const tmp = newFolder();
    const left = await killWhole(tmp);
    const named = (name: string) => join(tmp, name);
    const [elsewhere, notes, link, file] = ["00000000", "notes", "link00", "file00"].map((part, i) =>
      i === 0 ? left.replace(/[0-9a-f]{8}-(\w{6})$/, `${part}-$1`) : left.replace(/\w{6}$/, part),
    ) as [string, string, string, string];
    const target = newFolder();
    writeFileSync(join(target, "mine"), "");
    for (const name of [elsewhere, notes, "nodewren-mine"]) mkdirSync(named(name));
    symlinkSync(target, named(link));
    writeFileSync(named(file), "");
    const foreign = left.replace(/\w{6}$/, "other0");
    const others = process.getuid?.() === 0 ? [foreign] : [];
    for (const name of others) {
      mkdirSync(named(name));
      chownSync(named(name), OTHER_USER, OTHER_USER);
    }
    const before = readdirSync(tmp);
    const living = await startHost(tmp);
    const own = readdirSync(tmp).filter((name) => !before.includes(name));
    await runNext(tmp);
    expect(own).toHaveLength(1);
    const kept = [elsewhere, notes, "nodewren-mine", link, file, ...others, ...own];
    expect(readdirSync(tmp).sort()).toEqual(kept.sort());
    expect(readdirSync(target)).toEqual(["mine"]);
    living.child.kill("SIGKILL");
    await until(() => own.every((name) => !readdirSync(tmp).includes(name)), STARTS_MS);
  });
});
