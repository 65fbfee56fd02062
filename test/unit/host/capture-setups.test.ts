import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { Captured } from "../../../src/capture/capture.js";
import type { CapturedFunction } from "../../../src/host/capture-function.js";
import { withSetups } from "../../../src/host/capture-setups.js";

let warnings: string[];
beforeEach(() => {
  warnings = [];
  const emit = vi.spyOn(process, "emitWarning").mockImplementation((text) => void warnings.push(String(text)));
  onTestFinished(() => emit.mockRestore());
});

/** What a capture says of the packages that it met: those loaded by the worker, and those whose code travels. */
function captured(packages: string[], byValue: string[]): CapturedFunction {
  const modules = ["file:///p/main.js", ...byValue.map((name) => `file:///p/node_modules/${name}/index.js`)];
  return {
    captured: { summary: { packages, modules } } as unknown as Captured,
    broadcasts: new Set(),
    items: new Set(),
    packages: [],
  };
}

describe("a package that function and setup use", () => {
  it.each<[string, string, CapturedFunction, CapturedFunction]>([
    ["by value in both", "pack-1", captured([], ["pack-1"]), captured([], ["pack-1"])],
    ["by value in the function", "pack-2", captured([], ["pack-2"]), captured(["pack-2"], [])],
    ["by value in the setup", "@a/pack-3", captured(["@a/pack-3", "other"], []), captured([], ["@a/pack-3"])],
  ])("%s gives a warning, once", (_how, name, fn, setup) => {
    withSetups(fn, fn.captured, [setup]);
    withSetups(fn, fn.captured, [setup]);
    expect(warnings).toEqual([expect.stringContaining(`a copy of the package ${name}, since it travels by value`)]);
  });

  it("the worker's own in both, or of one of them only, gives none", () => {
    for (const [fn, setups] of [
      [captured(["pack-4"], []), [captured(["pack-4"], [])]],
      [captured([], ["pack-5"]), [captured(["pack-4"], ["pack-6"])]],
      [captured([], ["pack-5"]), []],
    ] as const)
      withSetups(fn, fn.captured, setups);
    expect(warnings).toEqual([]);
  });
});
