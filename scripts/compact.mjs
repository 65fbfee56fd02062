// How the code of the package is written: small, and in lines that a stack can name.
import { minify } from "terser";

/** Characters after which a line ends where it can. */
const LINE_LIMIT = 500;

/** Options of esbuild. Comments are in the declarations, and in the sources. */
export const COMPACT = { minifyWhitespace: true, minifySyntax: true, lineLimit: LINE_LIMIT };

/** What is local to a function gets a short name. Functions and classes keep theirs, which stacks show and a capture looks at. */
const SHORT_LOCALS = {
  compress: false,
  mangle: { keep_classnames: true, keep_fnames: true },
  format: { max_line_len: LINE_LIMIT, ecma: 2020 },
};

/** esbuild gives all names or none: with all, it takes a call for each function to give it its own one back. */
export async function withShortLocals(code) {
  const { code: short } = await minify(code, SHORT_LOCALS);
  return short;
}
