/** The page of a job, as a browser shows it. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { newExecutor } from "../support/executors.js";
import { newFolder } from "../support/folders.js";
import { framesPerSecond, noBrowser, openPage } from "./browser.js";

if (noBrowser) console.warn(`SKIPPED: all tests of the report page: ${noBrowser}`);

const CALLS = 100_000;
const MOST_OPENING_MS = 2000;
const LEAST_FRAMES = 30;

/** For who wants to look at them: a folder. */
const { SCREENSHOTS } = process.env;

const HOSTILE = "</script><script>window.hacked = true</script><img src=x onerror='window.hacked = true'>";

/** Of a job in which every hundredth call fails; gives where its page lies. */
async function pageOfJob(calls: number): Promise<string> {
  const inputs = Array.from({ length: calls }, (_, i) => ({ i, text: HOSTILE }));
  const job = newExecutor().map(
    function work({ i, text }) {
      if (i % 100 === 7) throw new RangeError(`${i} is too big ${text}`);
      if (i % 1000 === 0) console.log(text);
      return text.length + i;
    },
    inputs,
    { speculate: false },
  );
  await job.settled();
  const file = join(newFolder(), "page.html");
  await job.report().toHtml(file);
  return pathToFileURL(file).href;
}

/** What the canvas shows. */
function picture(page: Page): Promise<string> {
  return page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return (document.querySelector("#timeline canvas") as HTMLCanvasElement).toDataURL();
  });
}

describe.skipIf(noBrowser)("the page of a job", () => {
  it(`with ${CALLS} calls opens within ${MOST_OPENING_MS} ms, zooms at ${LEAST_FRAMES} frames a second, and asks no network`, async () => {
    const url = await pageOfJob(CALLS);
    const { page, complaints, requests } = await openPage(url);
    // Of the second time: the first one is that of the browser's start.
    const from = performance.now();
    await page.goto(url);
    await picture(page);
    const openingMs = performance.now() - from;
    const frames = await framesPerSecond(page, 3000);
    console.log(`page of ${CALLS} calls: opened in ${openingMs.toFixed(0)} ms, ${frames.toFixed(0)} frames a second`);
    if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, "large.png") });
    expect(await page.locator("#status").textContent()).toBe("Ended: 100,000 of 100,000 calls, 1,000 failed.");
    expect({ complaints, requests }).toEqual({ complaints: [], requests: [url, url] });
    expect(openingMs).toBeLessThan(MOST_OPENING_MS);
    expect(frames).toBeGreaterThanOrEqual(LEAST_FRAMES);
  });

  it("is moved by wheel, drag, keys and buttons, and all of it is shown again", async () => {
    const { page } = await openPage(await pageOfJob(300));
    const whole = await picture(page);
    const canvas = page.locator("#timeline canvas");
    const box = (await canvas.boundingBox()) as NonNullable<Awaited<ReturnType<typeof canvas.boundingBox>>>;
    await page.mouse.move(box.x + box.width / 2, box.y + 20);
    await page.mouse.wheel(0, -600);
    await page.mouse.move(0, 0);
    const near = await picture(page);
    expect(near).not.toBe(whole);
    await page.mouse.move(box.x + 600, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + 400, box.y + 20, { steps: 4 });
    await page.mouse.up();
    const moved = await picture(page);
    expect([near, whole]).not.toContain(moved);
    await canvas.press("ArrowLeft");
    expect(await picture(page)).not.toBe(moved);
    await canvas.press("0");
    await canvas.blur();
    expect(await picture(page)).toBe(whole);
    await page.getByRole("button", { name: "+" }).click();
    expect(await picture(page)).not.toBe(whole);
    await page.getByRole("button", { name: "all" }).click();
    expect(await picture(page)).toBe(whole);
  });

  it("tells of calls by key, by pointer and by the failures, whatever HTML is in their texts", async () => {
    const { page, complaints } = await openPage(await pageOfJob(300));
    const canvas = page.locator("#timeline canvas");
    const marked = page.locator("#marked");
    // Which call was the first to start is nobody's promise.
    do await canvas.press("n");
    while (!(await marked.textContent())?.startsWith("call0ran"));
    expect(await marked.textContent()).toMatch(/input\{ i: 0, text: "<\/script>.*value88output<\/script>/s);
    await canvas.press("f");
    expect(await marked.textContent()).toMatch(/^call\d+, failed.*errorRangeError: \d+ is too big <\/script>/s);
    const failures = page.locator("#failures");
    expect(await failures.textContent()).toMatch(
      /3 × RangeError \(CALL\): 7 is too big <\/script>.*report-page\.test\.ts:\d+:\d+/s,
    );
    await failures.getByRole("button", { name: "107" }).click();
    expect(await marked.textContent()).toMatch(/^call107, failed/);
    const box = (await canvas.boundingBox()) as NonNullable<Awaited<ReturnType<typeof canvas.boundingBox>>>;
    for (let x = 150; x < 1000 && (await page.locator(".tip").isHidden()); x += 20)
      await page.mouse.move(box.x + x, box.y + 20);
    expect(await page.locator(".tip").textContent()).toMatch(/^(call|shard)/);
    expect(await page.evaluate(() => "hacked" in window)).toBe(false);
    expect(complaints).toEqual([]);
  });

  it.each([["light"], ["dark"]] as const)("has a %s theme", async (theme) => {
    const { page, complaints } = await openPage(await pageOfJob(300), theme);
    if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `${theme}.png`), fullPage: true });
    const [red = 0] = await page.evaluate(() =>
      (getComputedStyle(document.body).backgroundColor.match(/\d+/g) ?? []).map(Number),
    );
    expect(red > 128).toBe(theme === "light");
    expect(complaints).toEqual([]);
  });
});
