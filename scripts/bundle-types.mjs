// Makes one file of the public declarations, in which nothing is left that no public name needs.
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";

/** Newer compilers load no declarations of Node's by themselves. */
const NODE_TYPES = '/// <reference types="node" />';

/** Replaces the file by what it re-exports. Throws when that needs a package that a project with the library may not have. */
export async function bundleTypes(file) {
  const bundle = await rollup({ input: file, plugins: [dts()], external: /^[^./]/, onwarn: refuse });
  const { output } = await bundle.write({ file, format: "es", banner: NODE_TYPES });
  await bundle.close();
  const foreign = output[0].imports.filter((name) => !name.startsWith("node:"));
  if (foreign.length > 0) throw new Error(`The public declarations need ${foreign.join(", ")}.`);
}

function refuse({ message }) {
  throw new Error(message);
}
