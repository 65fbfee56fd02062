/** How code for workers on Lambda is bundled: when this package is built, and when it is deployed. */
import type { BuildOptions } from "esbuild";

/** CommonJS has no import.meta. */
const FILE_URL = "importMetaUrl";

/** CommonJS, because Lambda's Node.js 22 loads no ES module by require(), and because it starts faster. */
export const LAMBDA_BUNDLE = {
  bundle: true,
  minify: true,
  // Users read the names of errors.
  keepNames: true,
  platform: "node",
  format: "cjs",
  target: "node22",
  // Packages' ES modules first: of these, what is not used is left out.
  mainFields: ["module", "main"],
  legalComments: "none",
  // Node there knows proxies by itself.
  external: ["proxy-agent"],
  define: { "import.meta.url": FILE_URL },
  banner: { js: `const ${FILE_URL}=require("node:url").pathToFileURL(__filename).href;` },
} satisfies BuildOptions;
