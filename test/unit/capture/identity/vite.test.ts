import vm from "node:vm";
import { describe, expect, it } from "vitest";
import { capture } from "../../../../src/capture/capture.js";
import { root } from "../../../support/run-script.js";
import { callRebuilt } from "../round-trip.js";

/** A function as Vite writes it, with the given specifier in a dynamic import. */
function importing(specifier: string, filename = `${root}src/user.ts`): () => Promise<unknown> {
  return vm.runInThisContext(`() => __vite_ssr_dynamic_import__(${JSON.stringify(specifier)})`, { filename });
}

describe("dynamic imports in code that Vite has transformed", () => {
  it("work for built-ins and for packages, which Vite writes as paths of their files", async () => {
    expect(await callRebuilt(importing("node:path"))).toHaveProperty("sep");
    expect(await callRebuilt(importing(`/@fs${root}node_modules/ms/index.js`))).toHaveProperty("default");
  });

  it("work for packages below Vite's root, which are named from there", async () => {
    expect(await callRebuilt(importing("/node_modules/ms/index.js"))).toHaveProperty("default");
    const { packages } = capture(importing("/node_modules/ms/index.js"));
    expect(packages.map(({ specifier }) => specifier)).toEqual([`file://${root}node_modules/ms/index.js`]);
  });

  it("are refused for files of the user's, naming the path", () => {
    expect(() => capture(importing("/user/divisor.ts"))).toThrow(/the file \/user\/divisor\.ts is not on the worker/);
    expect(() => capture(importing(`/@fs${root}src/index.ts`))).toThrow(/src\/index\.ts is not on the worker/);
    expect(() => capture(importing("/node_modules/ms/gone.js"))).toThrow(/ms\/gone\.js is not on the worker/);
  });
});
