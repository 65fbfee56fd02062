/**
 * What a person sees on a terminal while jobs run: the screen, not the bytes.
 *
 * @module-tag long
 */
import { describe, expect, it } from "vitest";
import { hasPython, rowsOf, runOnTerminal, type Size } from "../support/terminal.js";

if (!hasPython) console.warn("SKIPPED: what is seen on a terminal, because there is no python3 to make one.");

const isBar = (row: string) => /\d+% \| \d+\/\d+ calls/.test(row);
const withoutBars = (rows: string[]) => rows.filter((row) => !isBar(row));

/** Two jobs of so many calls, of 300 and of 200 ms each, on two workers. */
const start = (calls: number, inSlow = "") => `
  import { Executor } from "nodewren";
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const executor = new Executor({ workers: 2 });
  const options = { callsPerShard: 1, speculate: false };
  const slow = async function slow(x) { await new Promise((resolve) => setTimeout(resolve, 300)); ${inSlow} return x; };
  const quick = async function quick(x) { await new Promise((resolve) => setTimeout(resolve, 200)); return x; };
  const inputs = Array.from({ length: ${calls} }, (_, i) => i);
  const jobs = [executor.map(slow, inputs, options), executor.map(quick, inputs, options)];
`;

/** Written while bars are shown: lines, parts of lines, such that are as wide as the screen or wider, to both streams. */
const WRITTEN: ["stdout" | "stderr", string][] = [
  ["stdout", "a line\n"],
  ["stdout", "a line "],
  ["stdout", "in "],
  ["stderr", "parts"],
  ["stdout", "\n"],
  ["stdout", `${"w".repeat(40)}`],
  ["stdout", "\n"],
  ["stdout", `${"l".repeat(100)}\n`],
  ["stderr", `${"p".repeat(39)}`],
  ["stderr", "qr\n"],
  ["stdout", "50%\r"],
  ["stdout", "60%\n"],
  ["stdout", "wide: 漢字 😀"],
  ["stdout", " end\n\n"],
  ["stdout", "last"],
];

const WRITING = `
  for (const [stream, text] of ${JSON.stringify(WRITTEN)}) {
    await sleep(70);
    process[stream].write(text);
  }
`;

/** Waits for a key, which the terminal does not show. */
const KEY = `process.stdin.setRawMode(true); await new Promise((resolve) => process.stdin.once("data", resolve));`;

describe.skipIf(!hasPython)("on a terminal", () => {
  it("what a program writes comes out as without bars, above one block of those of all jobs", async () => {
    const size: Size = { columns: 40, rows: 12 };
    const seen = runOnTerminal(
      `${start(7)}
      await sleep(500);
      ${WRITING}
      await Promise.all(jobs);
      process.stdout.write(" word\\n");
      console.log("after");
      await executor.close();`,
      size,
    );
    // Both of them, one below the other, and nothing below.
    await seen.shows((rows) => rows.length > 1 && rows.slice(-2).every(isBar));
    await seen.shows((rows) => rows.includes("wide: 漢字 😀") || rows.includes("wide: 漢字 😀 end"));
    expect(await seen.ended).toBe(0);
    const text = WRITTEN.map(([, part]) => part).join("");
    const { rows } = seen.screen;
    expect(withoutBars(rows)).toEqual(await rowsOf(`${text} word\nafter\n`, size));
    const bars = rows.filter(isBar);
    expect(bars).toHaveLength(2);
    for (const bar of bars) expect(bar).toMatch(/100% \| 7\/7 calls/);
    expect(seen.screen.cursor).toEqual([0, rows.length]);
    // Nothing is switched: neither line wrap nor the cursor.
    expect(seen.screen.bytes).not.toContain("\u001b[?");
  });

  it("a bar is full, and done with, before whoever awaits its job goes on", async () => {
    const seen = runOnTerminal(`${start(6)}
      const first = jobs[1].then(() => console.log("the quick one"));
      await jobs[0];
      console.log("the slow one");
      await first;
      await executor.close();`);
    expect(await seen.ended).toBe(0);
    const { rows } = seen.screen;
    for (const [name, said] of [
      ["quick", "the quick one"],
      ["slow", "the slow one"],
    ] as const) {
      const bar = rows.findIndex((row) => row.includes("100% | 6/6") && (row.startsWith(name) || name === "slow"));
      expect(bar, name).toBeGreaterThanOrEqual(0);
      expect(rows.indexOf(said), said).toBeGreaterThan(bar);
    }
  });

  it.each([
    ["Ctrl-C", "\u0003", "await Promise.all(jobs);", 130, []],
    ["a throw", "x", `${KEY} throw new TypeError("oh no");`, 1, ["TypeError: oh no"]],
    ["process.exit() in a line", "x", `${KEY} process.stdout.write("half"); process.exit(3);`, 3, ["half"]],
  ])("%s leaves the bars as they are, and the cursor below", async (_what, key, script, code, said) => {
    const seen = runOnTerminal(`${start(100)} ${script}`);
    await seen.shows((rows) => rows.filter(isBar).length === 2);
    seen.press(key);
    expect(await seen.ended).toBe(code);
    const { rows, cursor } = seen.screen;
    expect(rows.filter(isBar)).toHaveLength(2);
    for (const bar of rows.filter(isBar)) expect(bar).toMatch(/^(slow|quick) [█░]+ \d+% \| \d+\/100 calls \| 0 failed/);
    for (const text of said) expect(rows).toContain(text);
    expect(cursor).toEqual([0, rows.length]);
    expect(seen.screen.bytes).not.toContain("\u001b[?");
  });

  it("bars fit into a narrow terminal, failures are red but for NO_COLOR, and warnings come out whole", async () => {
    const fails = `if (x === 0) throw new Error("zero");`;
    const script = `${start(6, fails)}
      setTimeout(() => process.emitWarning("mind the gap"), 900);
      await Promise.all(jobs.map((job) => job.settled()));
      await executor.close();`;
    const narrow = runOnTerminal(script, { columns: 34 }, { NO_COLOR: "1" });
    const wide = runOnTerminal(script, { columns: 70 });
    expect(await Promise.all([narrow.ended, wide.ended])).toEqual([0, 0]);
    const bars = narrow.screen.rows.filter(isBar);
    expect(bars).toEqual([
      expect.stringMatching(/6\/6 calls \| 0 failed$/),
      expect.stringMatching(/6\/6 calls \| 1 failed$/),
    ]);
    expect(narrow.screen.rows.join("")).toContain("Warning: mind the gap");
    expect(narrow.screen.bytes).not.toContain("\u001b[31m");
    expect(wide.screen.bytes).toContain("\u001b[31m1 failed\u001b[39m");
  });

  it("nothing is shown where CI is set", async () => {
    const seen = runOnTerminal(
      `${start(3)} await Promise.all(jobs); console.log("done"); await executor.close();`,
      {},
      { CI: "true" },
    );
    expect(await seen.ended).toBe(0);
    expect(seen.screen.bytes).toBe("done\r\n");
  });
});
