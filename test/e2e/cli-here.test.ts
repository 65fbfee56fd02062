/** Commands that need no cloud. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Executor, FileStore } from "nodewren";
import { describe, expect, it, onTestFinished } from "vitest";
import { MAIN, nodewren } from "../support/cli.js";
import { newFolder } from "../support/folders.js";
import { root } from "../support/run-script.js";
import { until } from "../support/until.js";

function folderWith(files: Record<string, string>): string {
  const folder = newFolder();
  for (const [name, text] of Object.entries({ "package.json": "{}", ...files }))
    writeFileSync(join(folder, name), text);
  return folder;
}

describe("nodewren init", () => {
  it("writes a file that is read again, and does not replace one unless told", { tags: ["long"] }, async () => {
    const folder = folderWith({});
    const file = join(folder, "nodewren.config.json");
    expect(await nodewren(folder, ["init", "--store", "runs"])).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ backend: "local", store: "runs" });
    const again = await nodewren(folder, ["init"]);
    expect(again).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("--force") });
    const cloud = [
      "init",
      "--force",
      "--json",
      "--backend",
      "lambda",
      "--store",
      "s3://my-bucket/x",
      "--function",
      "f",
    ];
    const replaced = await nodewren(folder, cloud);
    expect(JSON.parse(replaced.stdout)).toEqual({ file, config: JSON.parse(readFileSync(file, "utf8")) });
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ lambda: { functionName: "f" } });
  });

  it("writes TypeScript for a project in TypeScript", async () => {
    const folder = folderWith({ "tsconfig.json": "{}" });
    await nodewren(folder, ["init", "--store", "runs", "--region", "eu-west-1"]);
    expect(readFileSync(join(folder, "nodewren.config.ts"), "utf8")).toBe(
      'import { defineConfig } from "nodewren";\n\nexport default defineConfig({\n  backend: "local",\n  store: "runs",\n  region: "eu-west-1"\n});\n',
    );
    const other = await nodewren(folder, ["init", "--force", "--format", "json"]);
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining("nodewren.config.ts already") });
  });

  it("writes JSON where TypeScript could not be read again, and refuses to write what was asked for then", {
    tags: ["long"],
  }, async () => {
    const folder = folderWith({ "tsconfig.json": "{ no such text" });
    const text = await nodewren(folder, ["init", "--store", "runs"]);
    // This Node may read TypeScript by itself, and needs no tsconfig.json.
    const name = existsSync(join(folder, "nodewren.config.json")) ? "json" : "ts";
    expect(text).toMatchObject({ code: 0, stdout: expect.stringContaining(`nodewren.config.${name}.`) });
    expect(await nodewren(folder, ["doctor"])).toMatchObject({ code: 0 });
    const refused = await nodewren(folder, ["init", "--format", "ts", "--force"]);
    expect(refused.code).toBe(name === "json" ? 2 : 0);
  });

  it.each([
    [["--backend", "lambda"], 2, "store in S3"],
    [["--store", "gs://x"], 2, "Setting store of the options must be"],
    [["--backend", "lambada"], 2, "Allowed choices are local, lambda"],
  ])("refuses %j and writes nothing", { tags: ["long"] }, async (args, code, message) => {
    const folder = folderWith({});
    expect(await nodewren(folder, ["init", ...args])).toMatchObject({ code, stderr: expect.stringContaining(message) });
    expect(existsSync(join(folder, "nodewren.config.json"))).toBe(false);
  });
});

describe("nodewren doctor", () => {
  const statuses = (stdout: string) =>
    Object.fromEntries(JSON.parse(stdout).checks.map(({ name, status }: Record<string, string>) => [name, status]));

  it("is content with a local backend, and leaves nothing in the store", { tags: ["long"] }, async () => {
    const folder = folderWith({ "nodewren.config.json": '{"store":"runs"}' });
    const text = await nodewren(folder, ["doctor"], { NODEWREN_WORKERS: "1" });
    expect(text).toMatchObject({ code: 0, stderr: "" });
    expect(text.stdout).toMatch(
      /^store +\S+runs +from \S+nodewren\.config\.json\nworkers +1 +from NODEWREN_WORKERS\n\n/,
    );
    expect(text.stdout).toMatch(/\nok +worker +a call took \d+ ms\n/);
    const { code, stdout } = await nodewren(folder, ["doctor", "--json"]);
    expect({ code, ...statuses(stdout) }).toEqual({
      code: 0,
      node: "ok",
      configuration: "ok",
      store: "ok",
      worker: "ok",
    });
    const left: string[] = [];
    for await (const { key } of new FileStore(join(folder, "runs")).list("jobs/")) left.push(key);
    expect(left).toEqual([]);
  });

  it("says that there are no credentials, and asks nothing else of AWS then", { tags: ["long"] }, async () => {
    const none = {
      AWS_ACCESS_KEY_ID: "",
      AWS_SECRET_ACCESS_KEY: "",
      AWS_PROFILE: "",
      AWS_EC2_METADATA_DISABLED: "true",
    };
    const files = { AWS_CONFIG_FILE: "/nowhere", AWS_SHARED_CREDENTIALS_FILE: "/nowhere" };
    const settings = { NODEWREN_BACKEND: "lambda", NODEWREN_STORE: "s3://my-bucket/x", NODEWREN_REGION: "eu-west-1" };
    const { code, stdout } = await nodewren(newFolder(), ["doctor"], { ...none, ...files, ...settings });
    expect(code).toBe(1);
    expect(stdout).toMatch(/failed +credentials +There are no AWS credentials on this machine\. .*AWS_PROFILE/);
    expect(stdout).toMatch(/skipped +store +needs: credentials/);
  });

  it("names what is wrong and what to do about it, and skips what depends on it", { tags: ["long"] }, async () => {
    const folder = folderWith({ "nodewren.config.json": '{"store":"file/runs"}', file: "no folder" });
    const broken = await nodewren(folder, ["doctor", "--json"]);
    expect({ code: broken.code, ...statuses(broken.stdout) }).toMatchObject({
      code: 1,
      store: "failed",
      worker: "skipped",
    });
    const misspelt = await nodewren(folder, ["doctor"], { NODEWREN_REGOIN: "eu-west-1" });
    expect(misspelt).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/failed +configuration +No setting is called NODEWREN_REGOIN/),
    });
    const refused = await nodewren(folder, ["doctor"], { NODEWREN_WORKERS: "many" });
    expect(refused).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/failed +configuration +Variable NODEWREN_WORKERS/),
    });
  });
});

describe("nodewren jobs", { tags: ["long"] }, () => {
  /** A project with two jobs in its store: one of three calls, the second of which throws, and a cancelled one. */
  async function projectWithJobs(): Promise<{ folder: string; ids: string[] }> {
    const folder = folderWith({ "nodewren.config.json": '{"store":"runs"}' });
    const executor = new Executor({ store: new FileStore(join(folder, "runs")), workers: 1, progress: false });
    const half = executor.map(
      function failAtTwo(x: number) {
        if (x === 2) throw new Error("two");
        return x;
      },
      [1, 2, 3],
    );
    await half.settled();
    // A function without a name is listed by its place.
    const cancelled = executor.map(() => new Promise(() => {}), [1]);
    setTimeout(() => cancelled.cancel(), 500);
    await cancelled.settled();
    writeFileSync(join(folder, "data.txt"), "a\nb\nc");
    await executor.upload("data.txt", { cwd: folder });
    await executor.close();
    return { folder, ids: [half.id, cancelled.id] };
  }

  it("lists, shows and removes what the store holds, and nothing else", async () => {
    const { folder, ids } = await projectWithJobs();
    const [half, cancelled] = ids as [string, string];
    const list = await nodewren(folder, ["jobs", "list"]);
    expect(list).toMatchObject({ code: 0, stderr: "" });
    const [headings, first, second, ...more] = list.stdout.trimEnd().split("\n");
    expect(headings).toMatch(/^JOB +FUNCTION +AGE +CALLS +SHARDS +SIZE +NOTE$/);
    expect(first).toMatch(new RegExp(`^${half} +failAtTwo +\\d+ s +3 +(\\d)/\\1 +`));
    expect(second).toMatch(new RegExp(`^${cancelled} +\\S*cli-here\\.test\\.ts:\\d+ .*cancelled$`));
    expect(more).toEqual([]);
    const data = JSON.parse((await nodewren(folder, ["jobs", "list", "--json"])).stdout);
    expect(data).toMatchObject([
      { jobId: half, calls: 3, isCancelled: false },
      { jobId: cancelled, isCancelled: true },
    ]);
    const show = await nodewren(folder, ["jobs", "show", half]);
    expect(show.stdout).toMatch(/\ncalls +3: 2 fulfilled, 1 rejected, 0 open\n/);
    const kept = await nodewren(folder, ["jobs", "clean", "--yes"]);
    expect(kept.stdout).toBe("Removed 0 jobs: 0 objects, 0 B.\n");
    const asked = await nodewren(folder, ["jobs", "clean", "--older-than", "0s"]);
    expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining("--yes") });
    const cleaned = await nodewren(folder, ["jobs", "clean", "--older-than", "0s", "--yes", "--json"]);
    expect(JSON.parse(cleaned.stdout).jobs.sort()).toEqual([...ids].sort());
    expect((await nodewren(folder, ["jobs", "list"])).stdout).toBe("No jobs.\n");
    expect(existsSync(join(folder, "runs/functions"))).toBe(true);
    expect(readdirSync(join(folder, "runs/uploads"))).toHaveLength(1);
    const uploads = await nodewren(folder, ["jobs", "clean", "--uploads", "--yes"]);
    expect(uploads.stdout).toBe("Removed 0 jobs, and all files of executor.upload(): 1 objects, 5 B.\n");
    expect(readdirSync(join(folder, "runs/uploads"))).toEqual([]);
  });

  it("says what is wrong", async () => {
    const folder = folderWith({ "nodewren.config.json": '{"store":"runs"}' });
    mkdirSync(join(folder, "runs"));
    const none = await nodewren(folder, ["jobs", "show", "../etc"]);
    expect(none).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("holds no job ../etc") });
    const age = await nodewren(folder, ["jobs", "clean", "--older-than", "soon"]);
    expect(age).toMatchObject({ code: 2, stderr: expect.stringContaining("such as 7d") });
    const data = await nodewren(folder, ["jobs", "show", "ffff", "--json"]);
    expect(JSON.parse(data.stdout).error).toMatchObject({
      name: "StoreError",
      code: "STORE",
      message: expect.stringContaining("ffff"),
    });
    const unknown = await nodewren(folder, ["jobs", "lsit", "--json"]);
    expect({ code: unknown.code, ...JSON.parse(unknown.stdout).error }).toMatchObject({
      code: "OPTION",
      message: expect.stringContaining("lsit"),
    });
    expect(unknown.code).toBe(2);
    const missing = await nodewren(folder, ["jobs", "list"], { NODEWREN_STORE: "elsewhere" });
    expect(missing).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no store at .*elsewhere.*NODEWREN_STORE/),
    });
    const nowhere = await nodewren(folderWith({}), ["jobs", "list"]);
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining("No store is configured") });
  });
});

describe("nodewren report", () => {
  it("tells of a stored job as text, data, page and plot, and is misused by two of them at once", {
    tags: ["long"],
  }, async () => {
    const folder = folderWith({ "nodewren.config.json": '{"store":"runs"}' });
    const executor = new Executor({ store: new FileStore(join(folder, "runs")), workers: 1, progress: false });
    const job = executor.map(
      function failAtTwo(x: { n: number }) {
        if (x.n === 2) throw new RangeError("</script>");
        console.log("printed", x.n);
        return x.n;
      },
      [{ n: 1 }, { n: 2 }],
      { speculate: false },
    );
    await job.settled();
    await executor.close();
    const report = (...args: string[]) => nodewren(folder, ["report", job.id.slice(0, 8), ...args]);
    const [text, csv, svg, page, misused] = await Promise.all([
      report(),
      report("--csv"),
      report("--svg", "timeline"),
      report("--html", "page.html"),
      report("--csv", "--json"),
    ]);
    expect(text.stdout).toMatch(/^job .*: 2 calls in .*\n(.*\n)* {2}1 call failed: 1 CALL\n/);
    expect(csv.stdout.split("\r\n")).toHaveLength(4);
    expect(svg.stdout).toMatch(/^<svg [^>]*><title>Timeline of failAtTwo<\/title>/);
    expect(page).toMatchObject({ code: 0, stdout: `The page of job ${job.id} is in page.html.\n` });
    expect(misused).toMatchObject({ code: 2, stderr: expect.stringContaining("cannot be used with") });
    const html = readFileSync(join(folder, "page.html"), "utf8");
    const data = JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)?.[1] as string);
    expect(data.report).toMatchObject({
      functionName: "failAtTwo",
      failures: [{ code: "CALL", name: "RangeError", message: "</script>", count: 1, calls: [1] }],
      previews: [
        { index: 1, input: "{ n: 2 }", error: "RangeError: </script>" },
        { index: 0, input: "{ n: 1 }", value: "1", output: "printed 1\n" },
      ],
    });
  });
});

describe("nodewren completion", { tags: ["long"] }, () => {
  it.each(["bash", "zsh", "fish"])("prints a script for %s that knows the commands", async (shell) => {
    const { code, stdout } = await nodewren(newFolder(), ["completion", shell]);
    expect(code).toBe(0);
    for (const word of ["jobs", "resume", "older-than"]) expect(stdout).toContain(word);
  });

  it("completes commands of commands, and options, in bash", async () => {
    const { stdout } = await nodewren(newFolder(), ["completion", "bash"]);
    const complete = (...words: string[]) => {
      const ask = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}; _nodewren; echo "\${COMPREPLY[@]}"`;
      return spawnSync("bash", ["-c", `${stdout}\n${ask}`], { encoding: "utf8" }).stdout.trim();
    };
    expect(complete("nodewren", "jo")).toBe("jobs");
    expect(complete("nodewren", "jobs", "re")).toBe("results resume");
    expect(complete("nodewren", "jobs", "clean", "--o")).toBe("--older-than");
  });

  it("is misused without the name of a shell that it knows", async () => {
    expect((await nodewren(newFolder(), ["completion", "cmd"])).code).toBe(2);
  });
});

describe("nodewren run", () => {
  const REPORT = `import { Executor } from "${join(root, "dist/src/index.js")}";
    const executor = new Executor({ progress: false });
    console.log(JSON.stringify([process.argv.slice(2), await executor.map((x) => x + 1, [1])]));
    await executor.close();
    process.exitCode = 7;`;

  it("runs a script with its arguments, on the store it is told, and ends with its code", async () => {
    const folder = folderWith({ "main.mjs": REPORT });
    const { code, stdout } = await nodewren(folder, ["run", "--store", "runs", "main.mjs", "--json", "-x", "a"]);
    expect({ code, stdout }).toEqual({ code: 7, stdout: '[["--json","-x","a"],[2]]\n' });
    expect(existsSync(join(folder, "runs/jobs"))).toBe(true);
    const refused = await nodewren(folder, ["run", "--backend", "lambda", "main.mjs"]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("need a store that they can reach") });
  });

  it("maps an exported function over inputs", { tags: ["long"] }, async () => {
    const folder = folderWith({
      "work.mjs": `export const half = (x) => { if (x % 2) throw new Error("odd"); return x / 2; };
        export default () => process.env.NODEWREN_STORE ?? "none";
        setInterval(() => {}, 1000);`,
    });
    const both = await nodewren(folder, [
      "run",
      "--workers",
      "1",
      "work.mjs#half",
      "--input",
      "4",
      "--input",
      "3",
      "--store",
      "runs",
    ]);
    expect(both.stdout).toMatch(/^0 +fulfilled +2\n1 +rejected +CallError: Call 1 of job \S+ threw Error: odd\n$/);
    expect(both.code).toBe(1);
    const list = await nodewren(folder, ["jobs", "list", "--json"], { NODEWREN_STORE: "runs" });
    expect(JSON.parse(list.stdout)).toMatchObject([{ functionName: "half", calls: 2 }]);
    const data = await nodewren(folder, ["run", "work.mjs#default", "--json"]);
    expect({ code: data.code, told: JSON.parse(data.stdout) }).toMatchObject({
      code: 0,
      told: [{ index: 0, status: "fulfilled" }],
    });
    for (const args of [
      ["work.mjs#half", "--input", "x"],
      ["work.mjs#none"],
      ["work.mjs#half", "--workers", "0"],
      ["work.mjs#half", "more"],
    ])
      expect([args, (await nodewren(folder, ["run", ...args])).code]).toEqual([args, 2]);
  });

  it("runs TypeScript", { tags: ["long"] }, async () => {
    const script = join(folderWith({ "main.mts": "const n: number = 5;\nconsole.log(n);" }), "main.mts");
    expect(await nodewren(root, ["run", script])).toMatchObject({ code: 0, stdout: "5\n" });
  });

  it.skipIf("typescript" in process.features)("says what TypeScript needs where it is missing", async () => {
    const folder = folderWith({ "main.ts": "" });
    expect(await nodewren(folder, ["run", "main.ts"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Install tsx"),
    });
  });

  it("passes signals on, and ends by the one that ended the script", { tags: ["long"] }, async () => {
    const folder = folderWith({ "main.mjs": 'setInterval(() => {}, 1000); console.log("pid", process.pid);' });
    const child = spawn(process.execPath, [MAIN, "run", "main.mjs"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    const ended = new Promise((done) => child.once("exit", (code, signal) => done({ code, signal })));
    await until(() => stdout.includes("pid"), 10_000);
    child.kill("SIGTERM");
    expect(await ended).toEqual({ code: null, signal: "SIGTERM" });
    const pid = Number(stdout.split(" ")[1]);
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });

  it("says when there is no such script", { tags: ["long"] }, async () => {
    expect(await nodewren(newFolder(), ["run", "none.mjs"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("no file"),
    });
    expect((await nodewren(newFolder(), ["run"])).code).toBe(2);
  });
});
