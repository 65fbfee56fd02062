// Every contender behind one face: start(workers) gives { map(taskName, inputs), close() }.
import { fileURLToPath } from "node:url";
import * as tasks from "./tasks.mjs";

const TASKS_FILE = fileURLToPath(new URL("./tasks.mjs", import.meta.url));
const WORKERPOOL_FILE = fileURLToPath(new URL("./workerpool-worker.mjs", import.meta.url));

export const peers = {
  async nodewren(workers, options = {}) {
    const { Executor } = await import("nodewren");
    const executor = new Executor({ workers, progress: false });
    return {
      map: (task, inputs) => executor.map(tasks[task], inputs, options),
      close: () => executor.close(),
    };
  },

  async loop() {
    return { map: async (task, inputs) => inputs.map(tasks[task]), close: async () => {} };
  },

  async "p-map (no workers)"(workers) {
    const { default: pMap } = await import("p-map");
    const map = (task, inputs) => pMap(inputs, async (input) => tasks[task](input), { concurrency: workers });
    return { map, close: async () => {} };
  },

  async piscina(workers) {
    const { Piscina } = await import("piscina");
    const pool = new Piscina({ filename: TASKS_FILE, minThreads: workers, maxThreads: workers });
    return {
      map: (task, inputs) => Promise.all(inputs.map((input) => pool.run({ name: task, input }))),
      close: () => pool.destroy(),
    };
  },

  tinypool: (workers) => tinypool(workers, "worker_threads"),

  "tinypool (processes)": (workers) => tinypool(workers, "child_process"),

  workerpool: (workers) => workerpool(workers, "thread"),

  "workerpool (processes)": (workers) => workerpool(workers, "process"),

  async "faast.js (processes)"(workers) {
    const { faast } = await import("faastjs");
    const module = await faast("local", tasks, { concurrency: workers, childProcess: true, gc: "off" });
    return {
      map: (task, inputs) => Promise.all(inputs.map((input) => module.functions[task](input))),
      close: () => module.cleanup(),
    };
  },
};

async function tinypool(workers, runtime) {
  const { Tinypool } = await import("tinypool");
  const pool = new Tinypool({
    filename: new URL("./tasks.mjs", import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
    runtime,
  });
  return {
    map: (task, inputs) => Promise.all(inputs.map((input) => pool.run({ name: task, input }))),
    close: () => pool.destroy(),
  };
}

async function workerpool(workers, workerType) {
  const { default: library } = await import("workerpool");
  const pool = library.pool(WORKERPOOL_FILE, {
    minWorkers: workers,
    maxWorkers: workers,
    maxQueueSize: Infinity,
    workerType,
  });
  return {
    map: (task, inputs) => Promise.all(inputs.map((input) => pool.exec(task, [input]))),
    close: () => pool.terminate(),
  };
}
