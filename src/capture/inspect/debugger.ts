import type { Loose } from "../types.js";
import { post, session } from "./session.js";

/**
 * The debugger slows the whole program down while it is on, so it is turned off again at the end of a capture. Not sooner:
 * turning it on takes longer than most captures do, and the longer the more scripts there are.
 */
let isOn = false;
/** Whether a capture runs, at whose end somebody turns it off. */
let isLent = false;
/** What the engine told of each live script when the debugger was last turned on. */
let scripts: Loose[] = [];

/** Runs `read` with the debugger on. */
export function withDebugger<T>(read: (scripts: readonly Loose[]) => T): T {
  try {
    holdDebugger();
    return read(scripts);
  } finally {
    if (!isLent) turnOff();
  }
}

/** A capture begins, at whose end `releaseDebugger` is called. */
export function lendDebugger(): void {
  isLent = true;
}

export function releaseDebugger(): void {
  isLent = false;
  turnOff();
}

/** Turns the debugger on until `releaseDebugger` is called. */
export function holdDebugger(): void {
  if (isOn) return;
  const found: Loose[] = [];
  const note = ({ params }: Loose): unknown => found.push(params);
  session().on("Debugger.scriptParsed", note);
  try {
    post("Debugger.enable");
    isOn = true;
  } finally {
    session().off("Debugger.scriptParsed", note);
  }
  scripts = found;
}

function turnOff(): void {
  if (!isOn) return;
  post("Debugger.disable");
  isOn = false;
  scripts = [];
}
