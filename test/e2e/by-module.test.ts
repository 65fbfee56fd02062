import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { OptionError } from "nodewren";
import { describe, expect, it } from "vitest";
import { isLambda, isLive, skipOn } from "../support/combo.js";
import { newWarmExecutor } from "../support/executors.js";

const module = new URL("../fixtures/by-module.mjs", import.meta.url);

describe("map({ module, name })", () => {
  it("imports the module on the worker and calls the export", async () => {
    const executor = newWarmExecutor({ workers: 1 });
    expect(await executor.map<number>({ module, name: "double" }, [1, 2, 3])).toEqual([2, 4, 6]);
    const [found] = await executor.map<unknown[]>({ module: module.href, name: "default" }, ["a"]);
    // The module counts its calls: three, where the same worker has run the job before.
    expect(found).toEqual(["a", 0, isLive ? expect.any(Number) : 3]);
    expect(await executor.call<number>({ module, name: "double" }, 21)).toBe(42);
  });

  it("fails the call when there is no such export", async () => {
    const executor = newWarmExecutor({ workers: 1 });
    await expect(executor.map({ module, name: "triple" }, [1])).rejects.toThrow(
      /by-module\.mjs has no exported function triple/,
    );
  });

  it("refuses what is no module, before anything starts", () => {
    const executor = newWarmExecutor();
    expect(() => executor.map({ module: "./work.js", name: "f" }, [1])).toThrow(OptionError);
    expect(() => executor.map({ module: new URL("./missing.js", import.meta.url), name: "f" }, [1])).toThrow(
      /no module/,
    );
    expect(() => executor.map({ module, name: "" }, [1])).toThrow(OptionError);
    expect(() => executor.map({ module: new URL(".", import.meta.url), name: "f" }, [1])).toThrow(/is a folder/);
  });

  it("refuses TypeScript where workers do not run it", (context) => {
    skipOn(context, isLambda, "modules are bundled for workers in the cloud");
    skipOn(context, Boolean((process.features as { typescript?: unknown }).typescript), "this Node runs TypeScript");
    const typescript = new URL("../fixtures/explained.ts", import.meta.url);
    expect(() => newWarmExecutor().map({ module: typescript, name: "withTax" }, [1])).toThrow(/give the built file/);
  });

  it("tells where a syntax error is", async (context) => {
    skipOn(context, isLambda, "the bundler tells it before anything is stored");
    const folder = mkdtempSync(join(tmpdir(), "nodewren-module-"));
    try {
      const file = join(folder, "wrong.mjs");
      writeFileSync(file, "// A comment.\nexport const f = = 1;\n");
      const job = newWarmExecutor().map({ module: pathToFileURL(file), name: "f" }, [1]);
      await expect(job).rejects.toThrow(/SyntaxError: Unexpected token '=' \(.*wrong\.mjs:2\)/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
