import { createRequire } from "node:module";
import ms from "ms";
import { describe, expect, it } from "vitest";
import { capture } from "../../../../src/capture/capture.js";
import type { Callable } from "../../../../src/capture/types.js";

/** A function as code of a file of its own, whose imports no test runner has rewritten. */
function written(code: string, values: object = {}): Callable {
  const text = `return ${code}\n//# sourceURL=file:///project/work.mjs`;
  return new Function(...Object.keys(values), text)(...Object.values(values));
}

const packagesOf = (fn: Callable) => capture(fn).packages;
const inCode = (specifier: string) => ({
  specifier,
  importer: "file:///project/work.mjs",
  via: "import",
  optional: true,
});

describe("captured.packages lists what a worker has to load", () => {
  it("of values, by the export that they are", () => {
    const [found] = packagesOf(() => ms("1s"));
    expect(found).toMatchObject({ specifier: "ms" });
    expect(found?.optional).toBeUndefined();
  });

  it("of imports that are written out, wherever they stand", () => {
    const inner = written("async () => import('inner-pack/deep')");
    const fn = written(
      "() => [import('outer-pack'), import(`templated`), inner, class { m() { return import('@in/class'); } }]",
      {
        inner,
      },
    );
    const names = packagesOf(fn).map(({ specifier }) => specifier);
    expect(names.sort()).toEqual(["@in/class", "inner-pack/deep", "outer-pack", "templated"]);
    expect(packagesOf(inner)).toEqual([inCode("inner-pack/deep")]);
  });

  it("of calls of a captured require, but not of where it would find a file", () => {
    const require = createRequire(import.meta.url);
    const found = packagesOf(written("() => [require('some-pack'), require.resolve('other-pack')]", { require }));
    expect(found).toEqual([
      {
        specifier: "some-pack",
        importer: expect.stringMatching(/report.noname\.js$/),
        via: "require",
        optional: true,
      },
    ]);
  });

  it("and not built-ins, data, or what is computed", () => {
    const require = createRequire(import.meta.url);
    const code =
      "(x) => [import('node:fs'), import('fs'), import('data:text/javascript,1'), import(x), import('a-' + x), require('path')]";
    expect(packagesOf(written(code, { require }))).toEqual([]);
  });

  it("and the summary names them", () => {
    expect(capture(written("() => import('named-pack')")).summary.packages).toEqual(["named-pack"]);
  });
});
