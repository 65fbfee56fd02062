/** Runs one command on a worker. It closes over nothing but Node's own modules. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import type { CallContext } from "../../worker/call-context.js";

/** A line for the shell, or a program and its arguments, for which no shell is started. */
export type Command = string | readonly [program: string, ...args: string[]];

/** How a command ended, and what it wrote. */
export interface ShellResult {
  command: Command;
  /** Null when a signal ended it. */
  exitCode: number | null;
  /** The signal that ended it, such as `"SIGTERM"`; null when it ended by itself. */
  signal: string | null;
  /** Read as UTF-8. */
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  cwd: string | undefined;
  input: string | Uint8Array | undefined;
  check: boolean;
  maxOutputBytes: number;
}

/** A command is ended so long before its call's time is up that it is gone when the worker is ended for it, ms. */
const AHEAD_MS = 50;

/** Of a long command line or a long output, so much is told in a message, UTF-16 units. */
const TOLD_LENGTH = 300;

/** What is mapped over commands. */
export function commandRunner(
  options: CommandOptions,
): (command: Command, context: CallContext) => Promise<ShellResult> {
  return (command, context) => runCommand(command, options, context);
}

async function runCommand(command: Command, options: CommandOptions, context: CallContext): Promise<ShellResult> {
  const ended = await run(command, options, context);
  if (options.check && ended.exitCode !== 0) throw failed(ended);
  return ended;
}

function run(command: Command, options: CommandOptions, context: CallContext): Promise<ShellResult> {
  const child = start(command, options);
  const kill = () => killGroup(child);
  return new Promise((resolve, reject) => {
    const tell = (stream: string) => {
      kill();
      reject(tooMuch(command, stream, options));
    };
    const [stdout, stderr] = (["stdout", "stderr"] as const).map((name) =>
      collect(child[name], options.maxOutputBytes, () => tell(name)),
    ) as [() => string, () => string];
    // A command that does not read all of its input is no failure.
    child.stdin.on("error", () => {});
    child.stdin.end(options.input);
    const letGo = killInTime(kill, context);
    // After this, too, comes "close".
    child.on("error", (cause) =>
      reject(new Error(`${shown(command)} could not be started${inFolder(options)}: ${cause.message}`, { cause })),
    );
    child.on("close", (exitCode, signal) => {
      // Out of time is for the call to be: its worker is ended for it in the next instant, or its signal aborted where calls run at once.
      if (letGo() === "late") context.signal.addEventListener("abort", () => reject(context.signal.reason));
      else resolve({ command, exitCode, signal, stdout: stdout(), stderr: stderr() });
    });
  });
}

/** Where there are groups of processes, as on all but Windows, it is one of its own, so that what a shell starts can be ended with it. */
function start(command: Command, { cwd }: CommandOptions): ChildProcessWithoutNullStreams {
  const settings = { cwd, detached: process.platform !== "win32" };
  if (typeof command === "string") return spawn(command, { ...settings, shell: true });
  const [program, ...args] = command;
  return spawn(program, args, settings);
}

function killGroup(child: ChildProcessWithoutNullStreams): void {
  try {
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-(child.pid as number), "SIGKILL");
  } catch {
    // It has ended already, or never begun.
  }
}

/** Returns what gives the text so far. */
function collect(stream: Readable, maxBytes: number, onTooMuch: () => void): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else onTooMuch();
  });
  return () => Buffer.concat(chunks).toString("utf8");
}

/**
 * The command ends with its call: cancelled, out of time, or interrupted with the whole program. Returns the way to take it back, which
 * tells whether its time was up.
 */
function killInTime(kill: () => void, { signal, remainingMs }: CallContext): () => "late" | undefined {
  let late: "late" | undefined;
  const killLate = () => {
    late = "late";
    kill();
  };
  const timer = remainingMs === Infinity ? undefined : setTimeout(killLate, Math.max(0, remainingMs - AHEAD_MS));
  signal.addEventListener("abort", kill);
  if (signal.aborted) kill();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  // As many listeners as commands that run are no leak.
  process.setMaxListeners(process.getMaxListeners() + 1);
  for (const name of signals) process.on(name, kill);
  return () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", kill);
    for (const name of signals) process.off(name, kill);
    process.setMaxListeners(process.getMaxListeners() - 1);
    return late;
  };
}

function failed({ command, exitCode, signal, stdout, stderr }: ShellResult): Error {
  const how = signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
  const last = stderr.trim().slice(-TOLD_LENGTH);
  const error = new Error(`${shown(command)} ended with ${how}${last ? `:\n${last}` : ""}`);
  return Object.assign(error, { command, exitCode, signal, stdout, stderr });
}

function tooMuch(command: Command, stream: string, { maxOutputBytes }: CommandOptions): Error {
  return new Error(
    `${shown(command)} was ended, since it wrote more than ${maxOutputBytes} bytes to ${stream}. Let it write into a file, or raise the option maxOutputBytes.`,
  );
}

function shown(command: Command): string {
  const text = typeof command === "string" ? command : command.join(" ");
  return `The command ${JSON.stringify(text.length > TOLD_LENGTH ? `${text.slice(0, TOLD_LENGTH)}…` : text)}`;
}

function inFolder({ cwd }: CommandOptions): string {
  return cwd === undefined ? "" : ` in the folder ${cwd}`;
}
