import "./commonjs.cjs";

export const cases = globalThis[Symbol.for("nodewren.commonjs")];
