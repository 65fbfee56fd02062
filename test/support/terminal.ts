/** A program on a real pseudo-terminal, and what of it somebody sees: the screen, as a terminal makes it of what is written. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import xterm from "@xterm/headless";
import { root } from "./run-script.js";
import { until } from "./until.js";

/** Node has no pseudo-terminals of its own. Input goes to the program's keyboard; the exit code is a shell's. */
const RELAY = `
import fcntl, os, pty, select, struct, sys, termios
columns, rows = int(sys.argv[1]), int(sys.argv[2])
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.execvp(sys.argv[3], sys.argv[3:])
sources = [terminal, 0]
while True:
    ready, _, _ = select.select(sources, [], [])
    if 0 in ready:
        keys = os.read(0, 1024)
        if keys: os.write(terminal, keys)
        else: sources.remove(0)
    if terminal in ready:
        try: output = os.read(terminal, 65536)
        except OSError: break
        if not output: break
        os.write(1, output)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.exit(128 - code if code < 0 else code)
`;

export const hasPython = spawnSync("python3", ["-c", "import pty"]).status === 0;

export interface Size {
  columns?: number;
  rows?: number;
}

/** What a terminal shows. */
export class Screen {
  readonly #terminal: xterm.Terminal;
  /** All that was written to it. */
  bytes = "";

  constructor({ columns = 80, rows = 24 }: Size) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 1000, allowProposedApi: true });
  }

  write(bytes: Uint8Array): Promise<void> {
    this.bytes += Buffer.from(bytes).toString();
    return new Promise((resolve) => this.#terminal.write(bytes, resolve));
  }

  /** Rows from the first one to the last one with text; those that have left at the top come first. */
  get rows(): string[] {
    const { active } = this.#terminal.buffer;
    const rows = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? "");
    return rows.slice(0, rows.findLastIndex((row) => row !== "") + 1);
  }

  /** Column and row, as in `rows`. */
  get cursor(): [number, number] {
    const { cursorX, cursorY, baseY } = this.#terminal.buffer.active;
    return [cursorX, cursorY + baseY];
  }
}

/** What a terminal shows of a text that a program writes. */
export async function rowsOf(text: string, size: Size): Promise<string[]> {
  const screen = new Screen(size);
  await screen.write(Buffer.from(text.replaceAll("\n", "\r\n")));
  return screen.rows;
}

export interface Seen {
  readonly screen: Screen;
  readonly child: ChildProcess;
  /** Resolves when the screen is so. */
  shows(isSo: (rows: string[]) => boolean): Promise<void>;
  press(keys: string): void;
  /** Resolves with the exit code, or 128 and the signal's number. */
  ended: Promise<number | null>;
}

/** Runs the text as a module, in the package's folder. */
export function runOnTerminal(text: string, size: Size = {}, env: NodeJS.ProcessEnv = {}): Seen {
  const { VITEST: _, NODE_OPTIONS: __, NO_COLOR: ___, FORCE_COLOR: ____, ...own } = process.env;
  const { columns = 80, rows = 24 } = size;
  const command = [process.execPath, "--input-type=module", "--eval", text];
  const child = spawn("python3", ["-c", RELAY, String(columns), String(rows), ...command], {
    cwd: root,
    env: { ...own, TERM: "xterm-256color", CI: "", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const screen = new Screen(size);
  let written = Promise.resolve();
  child.stdout.on("data", (bytes: Buffer) => {
    written = written.then(() => screen.write(bytes));
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => void written.then(() => resolve(code)));
  });
  return {
    screen,
    child,
    ended,
    shows: async (isSo) => void (await until(() => isSo(screen.rows), 20_000)),
    press: (keys) => child.stdin.write(keys),
  };
}
