import { OptionError } from "nodewren";
import { describe, expect, it } from "vitest";
import { isLive } from "../support/combo.js";
import { newExecutor } from "../support/executors.js";

const module = new URL("../fixtures/by-module.mjs", import.meta.url);

describe("map({ module, name })", () => {
  it("imports the module on the worker and calls the export", async () => {
    const executor = newExecutor({ workers: 1 });
    expect(await executor.map<number>({ module, name: "double" }, [1, 2, 3])).toEqual([2, 4, 6]);
    const [found] = await executor.map<unknown[]>({ module: module.href, name: "default" }, ["a"]);
    // The module counts its calls: three, where the same worker has run the job before.
    expect(found).toEqual(["a", 0, isLive ? expect.any(Number) : 3]);
    expect(await executor.call<number>({ module, name: "double" }, 21)).toBe(42);
  });

  it("fails the call when there is no such export", async () => {
    const executor = newExecutor({ workers: 1 });
    await expect(executor.map({ module, name: "triple" }, [1])).rejects.toThrow(
      /by-module\.mjs has no exported function triple/,
    );
  });

  it("refuses what is no module, before anything starts", () => {
    const executor = newExecutor();
    expect(() => executor.map({ module: "./work.js", name: "f" }, [1])).toThrow(OptionError);
    expect(() => executor.map({ module: new URL("./missing.js", import.meta.url), name: "f" }, [1])).toThrow(
      /no module/,
    );
    expect(() => executor.map({ module, name: "" }, [1])).toThrow(OptionError);
  });
});
