/**
 * What was looked up for the capture that runs. Within one, nothing of the program runs; until the next, it may load modules
 * and change what they export.
 */
export interface ThisCapture {
  /** Whether the built-in modules that are loaded are in the table of places. */
  hasBuiltinModules: boolean;
  /** Whether the packages that `require()` has loaded are in the table of exports. */
  hasRequired: boolean;
  /** What a module's exports lead to, and the steps there. */
  steps: WeakMap<object, Map<unknown, string[]>>;
  /** Exports of ES modules, by their file. */
  exportsOfFiles: Map<string, unknown>;
  /** Main modules of packages, by name and the folder that they are asked for from. */
  mains: Map<string, string | undefined>;
  /** Those of them that are loaded, by the package's folder. */
  loadedMains: Map<string, readonly string[]>;
  /** Modules that `require()` has loaded, by the folder of their package. */
  requiredIn: Map<string, readonly string[]>;
}

function nothingYet(): ThisCapture {
  return {
    hasBuiltinModules: false,
    hasRequired: false,
    steps: new WeakMap(),
    exportsOfFiles: new Map(),
    mains: new Map(),
    loadedMains: new Map(),
    requiredIn: new Map(),
  };
}

/** Captures are synchronous, so that there is one at a time. */
let current = nothingYet();

export function thisCapture(): ThisCapture {
  return current;
}

/** To be called at the start of each capture. */
export function startLookups(): void {
  current = nothingYet();
}
