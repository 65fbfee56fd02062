import { once } from "../util/once.js";
import { startLookups } from "./identity/this-capture.js";
import { releaseObjects } from "./inspect/connection.js";
import { theDebugger } from "./inspect/debugger.js";
import { HeapReader } from "./inspect/heap.js";
import { type FunctionLook, Looks, lookAhead } from "./inspect/look.js";
import { callersAllowPause } from "./scopes/callers-allow-pause.js";
import type { Callable } from "./types.js";

/**
 * What lives for the time of one capture: within it nothing of the program runs, so that what was seen once stays true.
 * Whoever makes one disposes of it. What outlives captures is the thread's one connection to the inspector, and what is
 * known of things that never change, such as the texts of scripts.
 */
export class CaptureSession {
  /** What scopes hold, as a snapshot of the heap shows it; taken when first asked for. */
  readonly heap = new HeapReader();
  /** Whether functions can be paused with the calls that stand on the stack: those stay the same. */
  readonly callersAllowPause = once(callersAllowPause);
  private readonly looks = new Looks();
  private readonly returnDebugger = theDebugger.borrow();

  constructor() {
    startLookups();
  }

  /** What a function closes over; none of the user's code runs. */
  look(fn: Callable): FunctionLook {
    return this.looks.of(fn);
  }

  /** To be told which functions will be looked at next is quicker than to be asked one by one. */
  lookAhead(fns: Iterable<unknown>): void {
    lookAhead(fns, true);
  }

  dispose(): void {
    this.returnDebugger();
    this.looks.dispose();
    this.heap.dispose();
    releaseObjects();
  }
}
