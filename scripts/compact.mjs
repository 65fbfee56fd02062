// How the code of the package is written: small, and in lines that a stack can name.

/** Characters after which a line ends where it can. */
const LINE_LIMIT = 500;

/** Options of esbuild. Comments are in the declarations, and in the sources. */
export const COMPACT = { minifyWhitespace: true, minifySyntax: true, lineLimit: LINE_LIMIT };
