// Makes the report page: one file that needs nothing beside it, compressed, into which the library puts a job's data.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { build, transform } from "esbuild";
import { minify } from "terser";

/** Browsers that have all that the page is written with. */
const TARGET = ["chrome100", "firefox100", "safari16"];

/** Takes longer, and makes a twentieth less, than esbuild. */
const SMALLEST = { compress: { passes: 3 }, ecma: 2022 };

export async function bundlePage(root, outfile) {
  const folder = `${root}report-page`;
  const bundled = { entryPoints: [`${folder}/main.ts`], bundle: true, minify: true, format: "iife", target: TARGET };
  const { outputFiles } = await build({ ...bundled, write: false, legalComments: "none", logLevel: "warning" });
  // An end tag in a string would end the script.
  const { code } = await minify(outputFiles[0].text, SMALLEST);
  const script = code.trim().replaceAll("</script", "<\\/script");
  const digest = `sha256-${createHash("sha256").update(script).digest("base64")}`;
  const style = await styleOf([`${root}node_modules/uplot/dist/uPlot.min.css`, `${folder}/style.css`]);
  const parts = { NODEWREN_SCRIPT_DIGEST: digest, "/*NODEWREN_STYLE*/": style, "/*NODEWREN_SCRIPT*/": script };
  const page = readFileSync(`${folder}/page.html`, "utf8");
  // Functions, as in a text some characters after a $ have a meaning.
  const html = Object.entries(parts).reduce((text, [name, part]) => text.replace(name, () => part), page);
  // What npm packs files with takes an eighth more.
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  writeFileSync(outfile, await promisify(brotliCompress)(html, { params }));
}

async function styleOf(files) {
  const styles = files.map((file) => readFileSync(file, "utf8")).join("\n");
  const { code } = await transform(styles, { loader: "css", minify: true, target: TARGET });
  return code.trim();
}
