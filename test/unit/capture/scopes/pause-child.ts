// Pauses functions of every form, each from the top and from within the others; prints what it saw. Killed by the engine
// if one of them is a form that it cannot pause at. Arguments: one in how many, seed.
import { writeSync } from "node:fs";
import type { FunctionInfo } from "../../../../src/capture/graph/node.js";
import { lookAtFunction } from "../../../../src/capture/inspect/look.js";
import { whilePaused } from "../../../../src/capture/scopes/pause-at-entry.js";
import { CaptureSession } from "../../../../src/capture/session.js";
import { sourceOfFunction } from "../../../../src/capture/source/function-source.js";
import type { Callable, Loose } from "../../../../src/capture/types.js";
import { functionTexts } from "./pause-shapes.js";

const [every = 1, seed = 0] = process.argv.slice(2).map(Number);
const effects = { n: 0 };
const iter = {
  [Symbol.iterator]() {
    effects.n++;
    return [{}][Symbol.iterator]();
  },
};
let inside = false;
const told = { functions: 0, paused: 0, pausedInside: 0, ran: [] as string[], elsewhere: [] as string[] };
/** What a variable beside a function holds, where there is one. */
const marks = new Map<Callable, number>();

function pause(fn: Callable): boolean {
  const source = sourceOfFunction(fn, lookAtFunction(fn).location);
  if (!source) return false;
  const session = new CaptureSession();
  const seen = whilePaused(session, { fn, source } as FunctionInfo, ({ read }) => [read("this"), read("mark")]);
  session.dispose();
  if (seen && marks.has(fn) && seen[1]?.value !== marks.get(fn)) told.elsewhere.push(source.text);
  return seen !== undefined;
}

const plain = () => 1;
const touch = (): number => {
  effects.n++;
  if (inside && pause(plain)) told.pausedInside++;
  return 1;
};

Object.assign(globalThis, {
  effects,
  iter,
  touch,
  keep: (fn: unknown) => fn,
  last: (...all: unknown[]) => all.at(-1),
  object: { y() {} },
});

/** Calls it for real, with a pause of another function wherever it comes to call `touch`. */
function pauseInside(fn: Callable): void {
  inside = true;
  try {
    const result = fn({}) as Loose;
    result?.next?.()?.catch?.(() => {});
    result?.catch?.(() => {});
  } catch {
    // Functions that throw have got as far as that.
  }
  inside = false;
}

for (const text of functionTexts(every, seed)) {
  let fn: Callable;
  const hasMark = told.functions % 2 === 1;
  // Beside a call of eval, every variable is kept for the functions inside.
  const mark = hasMark ? `const mark = ${told.functions}; eval(""); ` : "";
  try {
    fn = new Function(`${mark}return (${text})\n//# sourceURL=shape-${told.functions}.js`)();
  } catch {
    continue;
  }
  if (hasMark) marks.set(fn, told.functions);
  told.functions++;
  if (process.env["PROBE_TRACE"]) writeSync(2, `${text}\n`);
  effects.n = 0;
  if (pause(fn)) told.paused++;
  if (effects.n > 0) told.ran.push(text);
  pauseInside(fn);
}
console.log(JSON.stringify(told));
