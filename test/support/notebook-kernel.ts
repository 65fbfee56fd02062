/** A kernel of a real Jupyter, cell by cell: interrupted, killed and started again as people do. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { writeKernel } from "../capture/harness/jupyter.js";

/** Takes commands as lines of JSON, and tells what the kernel says in the same way. */
const DRIVER = `
import json, os, queue, select, sys
from jupyter_client.manager import KernelManager
def tell(**what): print(json.dumps(what), flush=True)
commands = os.fdopen(0, "rb", buffering=0)
manager = KernelManager(kernel_name="tslab")
manager.start_kernel(cwd=sys.argv[1])
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=60)
tell(pid=manager.provisioner.pid)
while True:
    if select.select([commands], [], [], 0)[0]:
        line = commands.readline()
        if not line: break
        command = json.loads(line)
        if "code" in command: tell(cell=client.execute(command["code"]))
        elif command["do"] == "interrupt": manager.interrupt_kernel()
        elif command["do"] == "restart":
            manager.restart_kernel()
            client.wait_for_ready(timeout=60)
            tell(pid=manager.provisioner.pid)
    try: message = client.get_iopub_msg(timeout=0.02)
    except queue.Empty: continue
    tell(type=message["msg_type"], content=message["content"], of=message["parent_header"].get("msg_id"))
client.stop_channels()
manager.shutdown_kernel()
os._exit(0)
`;

interface Told {
  pid?: number;
  cell?: string;
  type?: string;
  content?: Content;
  /** The cell that it is about. */
  of?: string;
}

interface Content {
  execution_state?: string;
  name?: string;
  text?: string;
  data?: Record<string, string>;
  transient?: { display_id?: string };
}

/** What a cell shows. */
export interface CellOutputs {
  stdout: string;
  stderr: string;
  /** Each display with what it showed one after the other. */
  displays: Map<string, string[]>;
}

export class NotebookKernel {
  /** Of the kernel's process. */
  pid = 0;
  readonly #driver: ChildProcessByStdio<Writable, Readable, null>;
  readonly #told = new EventEmitter<{ told: [Told] }>();

  private constructor(python: string, folder: string, env: Record<string, string>) {
    const told = { ...process.env, CI: "", ...env, JUPYTER_PATH: writeKernel(folder), IPYTHONDIR: folder };
    mkdirSync(join(folder, "runtime"), { recursive: true });
    this.#driver = spawn(python, ["-c", DRIVER, folder], {
      env: { ...told, JUPYTER_RUNTIME_DIR: join(folder, "runtime") },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: this.#driver.stdout });
    lines.on("line", (line) => this.#told.emit("told", JSON.parse(line) as Told));
  }

  static async start(python: string, folder: string, env: Record<string, string> = {}): Promise<NotebookKernel> {
    const kernel = new NotebookKernel(python, folder, env);
    await kernel.#nextPid();
    return kernel;
  }

  /** Runs a cell to its end. `during` is called with what it has shown so far, each time it shows something. */
  async run(code: string, during: (outputs: CellOutputs) => void = () => {}): Promise<CellOutputs> {
    const outputs: CellOutputs = { stdout: "", stderr: "", displays: new Map() };
    let cell: string | undefined;
    const ended = new Promise<void>((resolve) => {
      const onTold = (told: Told) => {
        cell ??= told.cell;
        if (cell === undefined || told.of !== cell) return;
        add(outputs, told.content ?? {});
        during(outputs);
        if (told.content?.execution_state !== "idle") return;
        this.#told.off("told", onTold);
        resolve();
      };
      this.#told.on("told", onTold);
    });
    this.#send({ code });
    await ended;
    // After an error, tslab drops the cells of the next 200 ms.
    if (outputs.stderr !== "") await new Promise((resolve) => setTimeout(resolve, 300));
    return outputs;
  }

  interrupt(): void {
    this.#send({ do: "interrupt" });
  }

  async restart(): Promise<void> {
    this.#send({ do: "restart" });
    await this.#nextPid();
  }

  /** Shuts the kernel down, if it is still there. */
  async close(): Promise<void> {
    if (this.#driver.exitCode !== null) return;
    this.#driver.stdin.end();
    await once(this.#driver, "exit");
  }

  async #nextPid(): Promise<void> {
    for (let told: Told = {}; told.pid === undefined; ) {
      [told] = (await once(this.#told, "told")) as [Told];
      this.pid = told.pid ?? this.pid;
    }
  }

  #send(command: object): void {
    this.#driver.stdin.write(`${JSON.stringify(command)}\n`);
  }
}

function add(outputs: CellOutputs, { name, text = "", data, transient }: Content): void {
  if (name === "stdout" || name === "stderr") outputs[name] += text;
  if (!data) return;
  const id = transient?.display_id ?? "";
  outputs.displays.set(id, [...(outputs.displays.get(id) ?? []), data["text/html"] ?? data["image/svg+xml"] ?? ""]);
}
