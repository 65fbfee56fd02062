import type { Loose } from "../types.js";
import { post, session } from "./session.js";

/**
 * The debugger slows the whole program down while it is on, so it is turned off again at once, or, after a probe, at the
 * end of the capture: turning it on takes longer than a whole capture does, and the longer the more scripts there are.
 */
let isOn = false;
let isHeld = false;
/** How often it was turned on in this capture; undefined between captures, when nobody would turn it off. */
let timesOn: number | undefined;
const FEW_TIMES = 2;
/** What the engine told of each live script when the debugger was last turned on. */
let scripts: Loose[] = [];

/** Runs `read` with the debugger on. */
export function withDebugger<T>(read: (scripts: readonly Loose[]) => T): T {
  try {
    turnOn();
    return read(scripts);
  } finally {
    if (timesOn !== undefined && timesOn >= FEW_TIMES) isHeld = true;
    if (!isHeld) turnOff();
  }
}

/** Turns the debugger on until `releaseDebugger` is called. */
export function holdDebugger(): void {
  isHeld = true;
  turnOn();
}

/** A capture begins, at whose end `releaseDebugger` is called. */
export function lendDebugger(): void {
  timesOn = 0;
}

export function releaseDebugger(): void {
  isHeld = false;
  timesOn = undefined;
  turnOff();
}

function turnOn(): void {
  if (isOn) return;
  const found: Loose[] = [];
  const note = ({ params }: Loose): unknown => found.push(params);
  session().on("Debugger.scriptParsed", note);
  try {
    post("Debugger.enable");
    isOn = true;
    if (timesOn !== undefined) timesOn += 1;
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
