/** A real Chromium without a window, and what it complains of. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";

const PLACES = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const executablePath = PLACES.find((place) => place && existsSync(place));

/** Why there can be no test in a browser; undefined where there can. */
export const noBrowser = executablePath
  ? undefined
  : "there is no Chromium: apt-get install chromium, or name one by the environment variable CHROMIUM";

/** It asks no server of its maker for anything. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface OpenedPage {
  page: Page;
  /** Errors, warnings and other words on its console. */
  complaints: string[];
  /** What it asked for, but for pieces of data that are in it. */
  requests: string[];
}

/** Closed when the test ends, with a profile of its own that goes then. */
export async function openPage(url: string, colorScheme: "light" | "dark" = "light"): Promise<OpenedPage> {
  const page = await newPage(colorScheme);
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith("data:")) requests.push(request.url());
  });
  await page.goto(url);
  return { page, complaints, requests };
}

async function newPage(colorScheme: "light" | "dark"): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), "nodewren-chromium-"));
  const context: BrowserContext = await chromium.launchPersistentContext(profile, {
    executablePath: executablePath as string,
    headless: true,
    args: FLAGS,
    colorScheme,
    viewport: { width: 1280, height: 900 },
  });
  onTestFinished(async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  });
  return context.pages()[0] ?? (await context.newPage());
}

/** Frames a second while the wheel zooms in and out above the middle of the timeline, each frame anew. */
export function framesPerSecond(page: Page, forMs: number): Promise<number> {
  return page.evaluate(async (forMs) => {
    const canvas = document.querySelector("#timeline canvas") as HTMLCanvasElement;
    const box = canvas.getBoundingClientRect();
    const at = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 };
    const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    const from = await frame();
    let [now, frames] = [from, 0];
    while (now - from < forMs) {
      const deltaY = frames % 60 < 30 ? -60 : 60;
      canvas.dispatchEvent(new WheelEvent("wheel", { ...at, deltaY, bubbles: true, cancelable: true }));
      now = await frame();
      frames++;
    }
    return (frames * 1000) / (now - from);
  }, forMs);
}
