/** Values of unknown shape: the inspector's answers, syntax trees, and what a payload holds. */
// biome-ignore lint/suspicious/noExplicitAny: these are read by field name, and checked where it matters
export type Loose = any;

/** Any function or class, as `typeof value === "function"` tells it. */
export type Callable = Function;
