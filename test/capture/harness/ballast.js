/** Makes the heap too large for a snapshot, so that what this environment tells does not hang on the heap's size. */
globalThis[Symbol("ballast")] = new Array(16 * 1024 * 1024).fill(0.5);
