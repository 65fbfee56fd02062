/** Calls that spoil their own process. The host lives, every future settles, and later calls do not pay for it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CallContext, type Executor, FileStore, type MapFunction } from "nodewren";
import { describe, expect, it } from "vitest";
import { newExecutor } from "../support/executors.js";
import { newFolder } from "../support/folders.js";
import { isAlive } from "../support/processes.js";

/** Long enough for a worker's last words to arrive, ms. */
const LATER_MS = 150;

const later = () => new Promise((resolve) => setTimeout(resolve, LATER_MS));

/** Runs the spoiler, and then jobs that have done nothing wrong. */
async function runThenInnocent(executor: Executor, spoiler: MapFunction<number, unknown>): Promise<string> {
  const [outcome] = await executor.map(spoiler, [0]).settled();
  for (let round = 0; round < 3; round++) {
    const innocent = executor.map((x: number) => x + 1, [1, 2, 3], { callsPerShard: 1 });
    expect(await innocent).toEqual([2, 3, 4]);
    if (round === 0) await later();
  }
  return outcome?.status ?? "none";
}

describe("a call that touches the way to the host", () => {
  it.each<[string, MapFunction<number, unknown>]>([
    [
      "writes garbage to the status pipe",
      async () => {
        const { writeSync } = await import("node:fs");
        for (const text of ["garbage\n", "null\n", '{"type":', "\n\n", '{"type":"exit","index":99}\n'])
          writeSync(4, text);
        await new Promise((resolve) => setTimeout(resolve, 50));
      },
    ],
    [
      "writes megabytes without an end to the status pipe",
      async () => {
        const { writeSync } = await import("node:fs");
        for (let i = 0; i < 64; i++)
          try {
            writeSync(4, "x".repeat(65_536));
          } catch {
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
      },
    ],
    [
      "sends messages of its own",
      async () => {
        for (const message of [null, "ready", 5, {}, { type: "done" }, { type: "failed" }]) process.send?.(message);
        await new Promise((resolve) => setTimeout(resolve, 50));
      },
    ],
    [
      "sends a message when it is over",
      () => {
        setTimeout(() => process.send?.("ready"), 50);
      },
    ],
    [
      "closes the status pipe",
      async () => {
        (await import("node:fs")).closeSync(4);
      },
    ],
    [
      "writes bytes to the channel that are no message",
      async () => {
        (await import("node:fs")).writeSync(3, Buffer.from([0, 0, 0, 4, 1, 2, 3, 4]));
        await new Promise((resolve) => setTimeout(resolve, 50));
      },
    ],
    [
      "closes the channel",
      async () => {
        (await import("node:fs")).closeSync(3);
      },
    ],
    [
      "takes the listeners of messages away",
      () => {
        process.removeAllListeners("message");
      },
    ],
    [
      "closes its standard streams",
      async () => {
        const fs = await import("node:fs");
        for (const fd of [1, 2]) fs.closeSync(fd);
      },
    ],
    [
      "removes every listener",
      () => {
        process.removeAllListeners();
      },
    ],
    [
      "exits a little later",
      () => {
        setTimeout(() => process.exit(1), 0);
      },
    ],
    [
      "throws a little later",
      () => {
        setTimeout(() => {
          throw new Error("late");
        }, 0);
      },
    ],
    [
      "goes to a folder that is deleted",
      async () => {
        const fs = await import("node:fs");
        const folder = fs.mkdtempSync("/tmp/nodewren-test-gone-");
        process.chdir(folder);
        fs.rmdirSync(folder);
      },
    ],
  ])("%s", async (_what, spoiler) => {
    const executor = newExecutor({ workers: 1 });
    expect(["fulfilled", "rejected"]).toContain(await runThenInnocent(executor, spoiler));
  });

  it("closes the channel: the host's temporary store stays", { tags: ["long"] }, async () => {
    const executor = newExecutor({ workers: 2 });
    const folder = await executor.call((_: number, { store }) => store.descriptor.folder as string, 0);
    await executor
      .map(
        async () => {
          (await import("node:fs")).closeSync(3);
          await new Promise((resolve) => setTimeout(resolve, 300));
        },
        [0],
        { maxAttempts: 1 },
      )
      .settled();
    await later();
    expect(existsSync(folder)).toBe(true);
    expect(readdirSync(folder)).toContain("functions");
  });
});

describe("a call that leaves something behind", { tags: ["long"] }, () => {
  it.each<[string, MapFunction<number, unknown>]>([
    ["a timer", () => void setInterval(() => {}, 1000)],
    [
      "a server",
      async () => {
        const { createServer } = await import("node:net");
        await new Promise<void>((resolve) => createServer().listen(0, "127.0.0.1", resolve));
      },
    ],
    [
      "a child process",
      async () => {
        (await import("node:child_process")).spawn("sleep", ["5"]);
      },
    ],
  ])("%s: its worker runs the rest of its job, and no other job", async (_what, leave) => {
    const executor = newExecutor({ workers: 1 });
    const spoil = async (x: number) => {
      await leave(x, undefined as never);
      return process.pid;
    };
    const [first, second] = await executor.map(spoil, [0, 1], { callsPerShard: 1 });
    expect(second).toBe(first);
    const [other] = await executor.map(() => process.pid, [0]);
    expect(other).not.toBe(first);
  });

  it("nothing, however much it wrote and waited: its worker goes on", async () => {
    const executor = newExecutor({ workers: 1 });
    const pidOf = async () => {
      console.log("out");
      console.error("err");
      await new Promise((resolve) => setTimeout(resolve, 5));
      await (await import("node:fs/promises")).readFile("/dev/null");
      return process.pid;
    };
    const [first] = await executor.map(pidOf, [0]);
    expect(await executor.map(pidOf, [0])).toEqual([first]);
  });

  it("a rejection that comes up when it is over: its worker runs nothing more", async () => {
    const executor = newExecutor({ workers: 1 });
    const [first] = await executor.map(() => {
      setTimeout(() => void Promise.reject(new Error("late")), 20).unref();
      return process.pid;
    }, [0]);
    await later();
    const [other] = await executor.map(() => process.pid, [0]);
    expect(other).not.toBe(first);
  });

  it("a loop without end: the next job waits no longer than it takes to notice", async () => {
    const executor = newExecutor({ workers: 1 });
    await executor.map(() => {
      setTimeout(() => {
        for (;;);
      }, 0).unref();
    }, [0]);
    await later();
    expect(await executor.map((x: number) => x + 1, [1])).toEqual([2]);
  });
});

describe.skipIf(process.platform === "win32")("a worker that is frozen", () => {
  it("is replaced, and its call runs on another one", { tags: ["long"] }, async () => {
    const executor = newExecutor({ workers: 1 });
    const file = join(newFolder(), "pid");
    const freezeOnce = async (path: string) => {
      const fs = await import("node:fs");
      if (fs.existsSync(path)) return "went on";
      fs.writeFileSync(path, "");
      process.kill(process.pid, "SIGSTOP");
      return "was never stopped";
    };
    expect(await executor.map(freezeOnce, [file], { timeoutMs: 5000 })).toEqual(["went on"]);
  });
});

describe("a call that replaces globals", { tags: ["long"] }, () => {
  it.each<[string, MapFunction<number, unknown>]>([
    [
      "process.send",
      () => {
        process.send = () => true;
      },
    ],
    [
      "Date",
      () => {
        globalThis.Date = undefined as never;
      },
    ],
    [
      "Date.now",
      () => {
        Date.now = () => 0;
      },
    ],
    [
      "performance",
      () => {
        Object.defineProperty(globalThis, "performance", { value: undefined });
      },
    ],
    [
      "setImmediate",
      () => {
        globalThis.setImmediate = undefined as never;
      },
    ],
    [
      "Promise",
      () => {
        globalThis.Promise = undefined as never;
      },
    ],
    [
      "Buffer",
      () => {
        globalThis.Buffer = undefined as never;
      },
    ],
    [
      "AbortController",
      () => {
        globalThis.AbortController = undefined as never;
      },
    ],
    [
      "JSON.parse",
      () => {
        JSON.parse = () => undefined;
      },
    ],
    [
      "Array.prototype.map",
      () => {
        Array.prototype.map = undefined as never;
      },
    ],
    [
      "process.env",
      () => {
        process.env = {};
      },
    ],
    [
      "process.on",
      () => {
        process.on = undefined as never;
        process.kill = undefined as never;
      },
    ],
  ])("%s", async (_name, spoiler) => {
    await runThenInnocent(newExecutor({ workers: 1 }), spoiler);
  });

  it("JSON.stringify", async () => {
    await runThenInnocent(newExecutor({ workers: 1 }), () => {
      JSON.stringify = () => "no";
    });
  });
});

describe("what a call replaces of JavaScript is put back when it ends", () => {
  const UNTOUCHED = [0, 1, 3, 4];
  const REPLACED = 2;

  /** One call of a shard does so; returns how the others ended. */
  async function besideOthers(replace: () => void): Promise<unknown[]> {
    const executor = newExecutor({ workers: 1 });
    const mapped = (x: number) => {
      if (x === REPLACED) replace();
      return [x].map((one) => one);
    };
    const outcomes = await executor.map(mapped, [0, 1, REPLACED, 3, 4], { shards: 1 }).settled();
    return UNTOUCHED.map((x) => outcomes[x]);
  }

  const ALL_WELL = UNTOUCHED.map((x) => ({ status: "fulfilled", value: [x] }));

  it.each<[string, () => void]>([
    [
      "every method of arrays",
      () => {
        for (const key of Object.getOwnPropertyNames(Array.prototype))
          if (key !== "length") Reflect.set(Array.prototype, key, () => "replaced");
      },
    ],
    [
      "how arrays are iterated",
      () => {
        Reflect.set(Array.prototype, Symbol.iterator, function* () {});
      },
    ],
    [
      "promises",
      () => {
        Reflect.set(Promise.prototype, "then", () => {});
        Reflect.defineProperty(globalThis, "Promise", {
          configurable: true,
          get: () => {
            throw new Error("replaced");
          },
        });
      },
    ],
    [
      "buffers",
      () => {
        Reflect.set(Buffer, "from", undefined);
        Reflect.set(globalThis, "Buffer", undefined);
        Reflect.set(globalThis, "Uint8Array", undefined);
      },
    ],
    [
      "what all objects inherit",
      () => {
        Object.assign(Object.prototype, { get: 1, retire: true, toJSON: () => "replaced" });
        Reflect.set(Object.prototype, "then", (resolve: (value: unknown) => void) => resolve("replaced"));
      },
    ],
  ])("%s", async (_what, replace) => {
    expect(await besideOthers(replace)).toEqual(ALL_WELL);
  });

  it("or fails that call alone where it is for good", { tags: ["long"] }, async () => {
    const forGood = () => {
      Object.defineProperty(Array.prototype, "map", { value: () => 5, configurable: false, writable: false });
      Object.defineProperty(Array.prototype, "push", { value: undefined, configurable: false, writable: false });
    };
    expect(await besideOthers(forGood)).toEqual(ALL_WELL);
  });

  it("but what a setup replaces, its calls have", async () => {
    const executor = newExecutor({ workers: 1 });
    const setup = () => {
      Math.max = () => 42;
    };
    expect(await executor.map(() => Math.max(1, 2), [0, 1], { setup, shards: 1 })).toEqual([42, 42]);
    expect(await executor.map(() => Math.max(1, 2), [0])).toEqual([2]);
  });
});

describe("what throws when it is looked at", () => {
  const untouchable = () => {
    const traps = new Proxy(
      {},
      {
        get: () => {
          throw new Error("looked at");
        },
      },
    );
    return new Proxy({}, traps);
  };

  it("fails the call that threw it, and no other one", async () => {
    const mapped = (x: number) => {
      if (x === 1) throw untouchable();
      return x;
    };
    for (const concurrentCalls of [1, 3]) {
      const options = { shards: 1, concurrentCalls };
      expect(await newExecutor({ workers: 1 }).map(mapped, [0, 1, 2], options).settled()).toMatchObject([
        { value: 0 },
        { reason: { code: "CALL", index: 1 } },
        { value: 2 },
      ]);
    }
  });

  it("ends a stream whose source threw it", { tags: ["long"] }, async () => {
    async function* source() {
      yield 1;
      throw untouchable();
    }
    await expect(newExecutor({ workers: 1 }).map((x: number) => x, source())).rejects.toMatchObject({ code: "INVOKE" });
  });

  it("cancels the job whose signal it aborts, as a cause that is its own cause does", { tags: ["long"] }, async () => {
    const loop = new Error("its own cause");
    loop.cause = loop;
    for (const reason of [untouchable(), loop]) {
      const controller = new AbortController();
      const job = newExecutor({ workers: 1 }).map(() => new Promise<never>(() => {}), [0], {
        signal: controller.signal,
      });
      controller.abort(reason);
      await expect(job).rejects.toMatchObject({ code: "CANCELLED" });
    }
  });
});

describe("a source that is none", () => {
  it.each([Symbol.asyncIterator, Symbol.iterator])(
    "an iterator that gives no objects is refused, not read for ever",
    async (key) => {
      const next = () => (key === Symbol.iterator ? 5 : Promise.resolve(5));
      const source = { [key]: () => ({ next }) } as unknown as Iterable<number>;
      const mapped = async () => newExecutor({ workers: 1 }).map((x: number) => x, source);
      await expect(mapped()).rejects.toThrow("no object with done and value");
    },
  );
});

describe("a call that writes or starts too much", { tags: ["long"] }, () => {
  it("100 MB of output come back cut", async () => {
    const executor = newExecutor({ workers: 1 });
    const job = executor.map(() => {
      for (let i = 0; i < 100; i++) console.log("y".repeat(1_000_000));
      return "done";
    }, [0]);
    expect(await job).toEqual(["done"]);
    expect(job.futures[0]?.output.stdout.length).toBeLessThan(70_000);
  });

  it("megabytes past the capture, straight to its standard streams, are read and dropped", async () => {
    const executor = newExecutor({ workers: 1 });
    const job = executor.map(async () => {
      const { execFileSync } = await import("node:child_process");
      execFileSync("sh", ["-c", "head -c 20000000 /dev/zero >&2; head -c 20000000 /dev/zero"], { stdio: "inherit" });
      return "done";
    }, [0]);
    expect(await job).toEqual(["done"]);
  });

  it("a grandchild that holds the pipes delays neither the verdict nor close()", async () => {
    const executor = newExecutor({ workers: 1 });
    const file = join(newFolder(), "grandchild");
    const job = executor.map(async () => {
      const [{ spawn }, { writeFileSync }] = await Promise.all([import("node:child_process"), import("node:fs")]);
      writeFileSync(file, String(spawn("sleep", ["100"], { stdio: "inherit" }).pid));
      process.exit(3);
    }, [0]);
    expect(await job.settled()).toMatchObject([{ reason: { code: "WORKER_LOST", exitCode: 3 } }]);
    await executor.close();
    const grandchild = Number(readFileSync(file, "utf8"));
    expect(isAlive(grandchild)).toBe(true);
    process.kill(grandchild);
  });

  it("threads of its own", async () => {
    const executor = newExecutor({ workers: 1 });
    const inThread = (code: string) =>
      executor.call(async (source: string) => {
        const { Worker } = await import("node:worker_threads");
        const thread = new Worker(source, { eval: true });
        return new Promise((resolve) => thread.on("exit", resolve));
      }, code);
    expect(await inThread("console.log(1)")).toBe(0);
    expect(await inThread("process.exit(4)")).toBe(4);
    await expect(inThread('throw new Error("in thread")')).rejects.toMatchObject({ code: "CALL" });
    expect(await inThread("")).toBe(0);
  });

  it.each<[string, MapFunction<number, unknown>]>([
    [
      "microtasks",
      () => {
        const again = (): void => queueMicrotask(again);
        again();
        return new Promise(() => {});
      },
    ],
    [
      "process.nextTick",
      () => {
        const again = (): void => process.nextTick(again);
        again();
        return new Promise(() => {});
      },
    ],
    ["a regular expression", () => /^(a+)+$/.test(`${"a".repeat(40)}!`)],
    ["Atomics.wait", () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)],
  ])("an endless loop of %s is ended by timeoutMs, and by cancel()", async (_what, endless) => {
    const executor = newExecutor({ workers: 1 });
    expect(await executor.map(endless, [0], { timeoutMs: 200 }).settled()).toMatchObject([
      { reason: { code: "CALL_TIMEOUT" } },
    ]);
    const job = executor.map(endless, [0]);
    await later();
    job.cancel();
    expect(await executor.map((x: number) => x, [7])).toEqual([7]);
  });
});

describe("timeoutMs", () => {
  it("is for each try, as context.remainingMs says", async () => {
    const executor = newExecutor({ workers: 1 });
    const fn = async (_: number, { attempt, remainingMs }: CallContext) => {
      await new Promise((resolve) => setTimeout(resolve, 250));
      if (attempt < 3) throw new Error("again");
      return [attempt, remainingMs];
    };
    expect(await executor.map(fn, [0], { timeoutMs: 400, retries: 2 })).toEqual([[3, expect.closeTo(400, -2)]]);
  });
});

describe("many deaths in one shard", () => {
  it("fail the calls that died, and none of the others", async () => {
    const executor = newExecutor({ store: FileStore.temporary() });
    const settled = await executor
      .map(
        (x: number) => (x % 3 === 0 ? process.exit(3) : x),
        Array.from({ length: 15 }, (_, i) => i),
        { shards: 1 },
      )
      .settled();
    settled.forEach((outcome, x) => {
      if (x % 3 === 0) expect(outcome).toMatchObject({ reason: { code: "WORKER_LOST", index: x, exitCode: 3 } });
      else expect(outcome).toEqual({ status: "fulfilled", value: x });
    });
  });
});
