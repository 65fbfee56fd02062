/**
 * Commands that work in the cloud, here a local one.
 *
 * @module-tag long
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodewren } from "../support/cli.js";
import { type Cloud, newCloud, REGION } from "../support/cloud.js";
import { newFolder } from "../support/folders.js";
import { root } from "../support/run-script.js";

function projectIn(cloud: Cloud) {
  const folder = newFolder();
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  writeFileSync(join(folder, "nodewren.config.js"), 'export default { backend: "lambda" };');
  const as = (who: "deployer" | "caller") => (args: string[]) => nodewren(folder, args, cloud.env(who));
  return { folder, deployer: as("deployer"), caller: as("caller") };
}

const findings = (stdout: string) =>
  Object.fromEntries(JSON.parse(stdout).checks.map((one: Record<string, string>) => [one["name"], one["status"]]));

describe("from deploy to destroy", () => {
  it("sets up, runs a script on Lambda, and clears away", async () => {
    const cloud = await newCloud();
    const { folder, deployer, caller } = projectIn(cloud);
    const before = await caller(["doctor", "--json"]);
    expect({ code: before.code, ...findings(before.stdout) }).toMatchObject({
      code: 1,
      credentials: "ok",
      function: "failed",
      release: "skipped",
      store: "failed",
      worker: "skipped",
    });
    const deployed = await deployer(["deploy"]);
    expect(deployed).toMatchObject({ code: 0, stderr: "" });
    expect(deployed.stdout).toMatch(/^created {4}bucket nodewren-test-bucket\n/);
    expect(deployed.stdout).toMatch(
      /\ncreated {4}function nodewren .*\nDone: arn:aws:lambda:\S+:function:nodewren\n$/s,
    );
    const again = JSON.parse((await deployer(["deploy", "--json"])).stdout);
    expect(new Set(again.steps.map(({ action }: { action: string }) => action))).toEqual(new Set(["unchanged"]));
    const after = await caller(["doctor", "--run", "--json"]);
    expect(new Set(Object.values(findings(after.stdout)))).toEqual(new Set(["ok"]));
    writeFileSync(
      join(folder, "main.mjs"),
      `import { Executor } from "${join(root, "dist/src/index.js")}";
       const executor = new Executor({ progress: false });
       console.log(JSON.stringify(await executor.map(() => process.env.AWS_LAMBDA_FUNCTION_NAME, [1])));
       await executor.close();`,
    );
    expect(await caller(["run", "main.mjs"])).toMatchObject({ code: 0, stdout: '["nodewren"]\n' });
    const listed = JSON.parse((await caller(["jobs", "list", "--json"])).stdout);
    expect(listed).toHaveLength(1);
    expect((await caller(["jobs", "clean", "--older-than", "0s", "--yes"])).stdout).toMatch(/^Removed 1 job: /);
    const asked = await deployer(["destroy"]);
    expect(asked).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("give --yes") });
    const kept = await deployer(["destroy", "--yes", "--keep-store", "--json"]);
    expect(JSON.parse(kept.stdout).steps).toHaveLength(3);
    expect(cloud.s3.buckets.size).toBe(1);
    expect(await deployer(["destroy", "--yes"])).toMatchObject({ code: 0, stderr: "" });
    expect(cloud.s3.buckets.size).toBe(0);
  });
});

describe("nodewren doctor", () => {
  it("knows a worker of another release, and settings that were not deployed", async () => {
    const cloud = await newCloud();
    const { caller, deployer, folder } = projectIn(cloud);
    await deployer(["deploy"]);
    const { Lambda } = await import("@aws-sdk/client-lambda");
    const lambda = new Lambda(cloud.lambda.clientOptions);
    await lambda.updateFunctionConfiguration({
      FunctionName: "nodewren",
      Environment: { Variables: { NODEWREN_WIRE: "999" } },
    });
    lambda.destroy();
    const { code, stdout, stderr } = await nodewren(folder, ["doctor"], {
      ...cloud.env("caller"),
      NODEWREN_LAMBDA_MEMORY_MB: "512",
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toMatch(/^backend +lambda +from \S+nodewren\.config\.js\n/);
    expect(stdout).toMatch(/\ns3\.region +eu-west-1 +from NODEWREN_REGION\n/);
    expect(stdout).toMatch(/failed +release +The deployed worker has wire format 999, .*npx nodewren deploy/);
    expect(stdout).toMatch(/failed +settings +The function differs in memoryMb, env\. Run: npx nodewren deploy/);
    expect(stdout).toMatch(/skipped +worker +not run, as it takes one billed invocation/);
    await deployer(["deploy"]);
    expect(findings((await caller(["doctor", "--json"])).stdout)).toMatchObject({ release: "ok", settings: "ok" });
  });
});

describe("nodewren policy", () => {
  it("prints one policy or all, with the account asked for or given", async () => {
    const cloud = await newCloud();
    const { caller, folder } = projectIn(cloud);
    const one = await caller(["policy", "caller"]);
    expect(one).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^lambda:GetAccountSettings is allowed on "\*": /),
    });
    const all = await caller(["policy", "--json"]);
    expect(all.stderr).toBe("");
    expect(JSON.parse(all.stdout)["caller"]).toEqual(JSON.parse(one.stdout));
    const offline = { NODEWREN_STORE: "s3://other-bucket", NODEWREN_REGION: REGION };
    const given = await nodewren(folder, ["policy", "worker", "--account", "210987654321"], offline);
    expect(given).toMatchObject({ code: 0, stderr: "" });
    expect(given.stdout).toContain(`arn:aws:logs:${REGION}:210987654321:log-group:/aws/lambda/nodewren:*`);
    const wrong = await nodewren(folder, ["policy", "--account", "12"], offline);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("12 digits") });
    expect((await nodewren(folder, ["policy", "everyone"], offline)).code).toBe(2);
  });
});
