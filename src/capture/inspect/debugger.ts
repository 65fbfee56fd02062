import type { Loose } from "../types.js";
import { post, session } from "./connection.js";

/**
 * The thread's one debugger. It slows the whole program down while it is on, so it is off between captures. Within one it
 * stays on once it is: turning it on takes longer than most captures do, and the longer the more scripts there are.
 */
class Debugger {
  private isOn = false;
  /** Captures that turn it off at their end. */
  private borrowers = 0;
  /** What the engine tells of each live script when it is turned on, and of those that Node loads meanwhile. */
  private scripts: Loose[] = [];
  /** The engine's number for the main context; it tells of each script which context that is of. */
  private main: number | undefined;
  private readonly note = ({ params }: Loose): unknown => this.scripts.push(params);

  /** Until what this gives is called, the debugger stays on once it is. */
  borrow(): () => void {
    this.borrowers++;
    return () => {
      this.borrowers--;
      this.turnOffIfIdle();
    };
  }

  /** Runs `read` with the debugger on. */
  use<T>(read: (scripts: readonly Loose[]) => T): T {
    try {
      this.turnOn();
      return read(this.scripts);
    } finally {
      this.turnOffIfIdle();
    }
  }

  get mainContext(): number | undefined {
    this.main ??= this.contextOfNext();
    return this.main;
  }

  /** What is evaluated without a context is a script of the main one. */
  private contextOfNext(): number | undefined {
    const next = this.scripts.length;
    post("Runtime.evaluate", { expression: "0", silent: true });
    return this.scripts.splice(next, 1)[0]?.executionContextId;
  }

  /** For the time that it is borrowed. */
  turnOn(): void {
    if (this.isOn) return;
    session().on("Debugger.scriptParsed", this.note);
    try {
      post("Debugger.enable");
      this.isOn = true;
    } finally {
      if (!this.isOn) session().off("Debugger.scriptParsed", this.note);
    }
  }

  private turnOffIfIdle(): void {
    if (!this.isOn || this.borrowers > 0) return;
    post("Debugger.disable");
    session().off("Debugger.scriptParsed", this.note);
    this.isOn = false;
    this.scripts = [];
  }
}

export const theDebugger = new Debugger();
