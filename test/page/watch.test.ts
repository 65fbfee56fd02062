/** `nodewren watch` and the page that it serves. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { FileStore } from "nodewren";
import { describe, expect, it, onTestFinished } from "vitest";
import { MAIN } from "../support/cli.js";
import { newExecutor } from "../support/executors.js";
import { newFolder } from "../support/folders.js";
import { noBrowser, openPage } from "./browser.js";

/** For who wants to look at them: a folder. */
const { SCREENSHOTS } = process.env;

interface Watch {
  url: string;
  /** Ctrl-C. Gives the exit code. */
  interrupt(): Promise<number | null>;
}

async function watch(store: string, ...args: string[]): Promise<Watch> {
  const env = { ...process.env, NODEWREN_STORE: store };
  const child = spawn(process.execPath, [MAIN, "watch", "--json", ...args], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const interrupt = async () => {
    child.kill("SIGINT");
    const [code] = await once(child, "exit");
    return code;
  };
  let printed = "";
  for await (const line of createInterface(child.stdout)) {
    printed += line;
    if (line === "}") return { url: JSON.parse(printed).url, interrupt };
  }
  throw new Error(`nodewren watch has ended: ${printed}`);
}

function statusOf(url: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers, agent: false }, (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end();
  });
}

describe.skipIf(noBrowser)("a page that follows a job", () => {
  it("shows it as it goes on, until it has ended", async () => {
    const folder = newFolder();
    const go = join(folder, "go");
    const job = newExecutor({ store: new FileStore(join(folder, "runs")) }).map(
      async (i: number) => {
        if (i === 5) throw new Error("five");
        // So that the page has time to be looked at, however slow the machine is.
        while (i >= 20 && !existsSync(go)) await new Promise((resolve) => setTimeout(resolve, 20));
        return i;
      },
      Array.from({ length: 40 }, (_, i) => i),
      { callsPerShard: 2, speculate: false },
    );
    await job.futures[0]?.settled();
    const { url, interrupt } = await watch(join(folder, "runs"));
    const { page, complaints, requests } = await openPage(url);
    const status = page.locator("#status");
    await page.getByText("Running: 20 of 40 calls done, 1 failed.").waitFor();
    if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, "live.png"), fullPage: true });
    writeFileSync(go, "");
    await page.getByText(/^Ended/).waitFor();
    expect(await status.textContent()).toBe("Ended: 40 of 40 calls, 1 failed.");
    expect(await page.locator("#failures").textContent()).toContain("1 × Error (CALL): five");
    expect(await page.locator("#timeline canvas").getAttribute("aria-label")).toBe("Timeline of 40 calls by worker");
    await job.settled();
    expect(complaints).toEqual([]);
    expect(requests.every((one) => one.startsWith(url))).toBe(true);
    expect(await interrupt()).toBe(0);
    await expect(statusOf(url)).rejects.toThrow("ECONNREFUSED");
  });
});

it("the page is served to those who know its address, and by no other name", async () => {
  const folder = newFolder();
  const job = newExecutor({ store: new FileStore(folder) }).map((i: number) => i, [1, 2, 3]);
  await job;
  const { url, interrupt } = await watch(folder, job.id.slice(0, 8));
  const { origin, port } = new URL(url);
  const statuses = [url, `${url}data?from=0`, origin, `${origin}/${"0".repeat(32)}/`, `${url}../other`];
  expect(await Promise.all(statuses.map((one) => statusOf(one)))).toEqual([200, 200, 404, 404, 404]);
  expect(await statusOf(url, { host: `evil.example:${port}` })).toBe(404);
  expect(await interrupt()).toBe(0);
});
