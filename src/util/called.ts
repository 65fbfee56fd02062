/** Errors that show where the user called the library, and none of its code, unless NODEWREN_FULL_STACKS is set. */

import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { foreignFrames, hideOwnFrames, setStack, showsOwnFrames } from "../errors/own-frames.js";
import { CallError, NodewrenError, SetupError } from "../errors.js";
import { isInstance } from "./is-instance.js";

/** Runs what the user has called by `called`, which is on the stack. */
export function asCalled<T>(called: Function, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw SEEN_BY["node-do-not-add-exception-line"](called, error);
  }
}

/** As `asCalled`, for what may also reject later. */
export function asCalledLater<T>(called: Function, run: () => Promise<T>): Promise<T> {
  const site = new CallSite(called);
  return asCalled(called, run).catch((error: unknown) => {
    throw site.show(error);
  });
}

/** Node shows the line of code that throws, unless that line holds this text, which nothing may optimize away. */
const SEEN_BY = { "node-do-not-add-exception-line": seenBy };

function seenBy(called: Function, error: unknown): unknown {
  if (!isInstance(error, NodewrenError) || showsOwnFrames()) return error;
  const before = error.stack;
  // So that Node shows the user's line.
  Error.captureStackTrace(error, called);
  if (foreignFrames(error.stack) === "" && before !== undefined) setStack(error, before);
  hideOwnFrames(error);
  return error;
}

/** Where the user called something that goes on after it has returned. */
export class CallSite {
  readonly #at: { stack?: unknown } = {};
  #frames: string | undefined;

  /** @param called what is on the stack, and was called there */
  constructor(called: Function) {
    Error.captureStackTrace(this.#at, called);
  }

  /** Of the user's code, from there down; "" when there are none. They cost nothing until they are asked for. */
  get frames(): string {
    this.#frames ??= foreignFrames(this.#at.stack);
    return this.#frames;
  }

  /** File, line and column, such as `file:///home/me/work.ts:12:7`; "" where they are not known. */
  get place(): string {
    return /(?:\(|at )([^()\s]+:\d+:\d+)\)?$/m.exec(this.frames)?.[1] ?? "";
  }

  /** File and line, as seen from the working directory, such as `src/work.ts:12`; "" where they are not known. */
  get shortPlace(): string {
    const [, file = "", line] = /^(.+):(\d+):\d+$/.exec(this.place) ?? [];
    if (line === undefined) return "";
    return `${relative(process.cwd(), file.startsWith("file:") ? fileURLToPath(file) : file)}:${line}`;
  }

  /** Adds the place to what is thrown there: below the frames of the user's function, or in place of the library's. */
  show<E>(error: E): E {
    if (!isInstance(error, Error) || showsOwnFrames()) return error;
    hideOwnFrames(error);
    if (!isInstance(error, NodewrenError)) return error;
    const { stack } = error;
    if (this.frames === "" || stack?.includes(this.frames)) return error;
    const where = isInstance(error, CallError) || isInstance(error, SetupError) ? foreignFrames(stack) : "";
    setStack(error, [`${error.name}: ${error.message}`, where, this.frames].filter(Boolean).join("\n"));
    return error;
  }
}
