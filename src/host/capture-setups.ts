/** Captures a job's setups, and puts them with its function. */
import type { Captured } from "../capture/capture.js";
import { packageOfFile } from "../capture/identity/packages.js";
import { isModuleFunction, type JobOptions, type SetupFunction } from "../options.js";
import type { Reach } from "../stores/store.js";
import { type CapturedFunction, captureBeside, warnOnce } from "./capture-function.js";
import { functionOfModule, packageOfModule } from "./module-function.js";

const AS_SETUP = { where: "Option setup: { module, name }", option: "setup" };

/** What a job runs: its setups in the order in which they run, its function, and what goes with it. */
export interface CapturedJob extends CapturedFunction {
  setups: readonly Captured[];
  /** The function without what is asked about errors: its results do not depend on that. */
  alone: Captured;
  /** Set where its calls give pairs of `[key, value]`. */
  shuffle?: CapturedShuffle | undefined;
  /** What is given what was reduced, where anything is. */
  finish?: Captured | undefined;
}

/** How pairs are divided by key and reduced. */
export interface CapturedShuffle {
  parts: number;
  combine: Captured;
  partition: Captured | undefined;
}

/** Throws `CaptureError`, whose path says that it is of the setup, and `OptionError` for a module that cannot be used. */
export function captureSetups(
  setups: readonly (SetupFunction | undefined)[],
  { captured }: CapturedFunction,
  reach: Reach,
  options: JobOptions,
): CapturedFunction[] {
  const globals = new Set(captured.globals);
  return setups.flatMap((setup) => (setup === undefined ? [] : [captureSetup(setup, globals, reach, options)]));
}

/** `globals` are those that travel with the calls. */
function captureSetup(
  setup: SetupFunction,
  globals: ReadonlySet<PropertyKey>,
  reach: Reach,
  options: JobOptions,
): CapturedFunction {
  const isModule = isModuleFunction(setup);
  const fn = isModule ? functionOfModule(setup, reach, AS_SETUP) : setup;
  return captureBeside("the setup", fn, globals, options, isModule ? [packageOfModule(setup)] : []);
}

/** All packages together: what a setup does to one is for the calls, which must load the same copy. */
export function withSetups(fn: CapturedFunction, alone: Captured, setups: readonly CapturedFunction[]): CapturedJob {
  const all = [...setups, fn];
  for (const { captured } of setups) warnOfCopies(captured, fn.captured);
  return {
    captured: fn.captured,
    alone,
    setups: setups.map(({ captured }) => captured),
    broadcasts: new Set(all.flatMap(({ broadcasts }) => [...broadcasts])),
    items: new Set(all.flatMap(({ items }) => [...items])),
    packages: all.flatMap(({ packages }) => packages),
  };
}

/** A package by value is a copy in each capture: what the setup does to its own, or to the worker's, no call sees. */
function warnOfCopies(setup: Captured, fn: Captured): void {
  const [there, here] = [packagesIn(setup), packagesIn(fn)];
  for (const name of there.all) {
    if (!here.all.has(name) || !(there.byValue.has(name) || here.byValue.has(name))) continue;
    warnOnce(
      `The function and its setup have each a copy of the package ${name}, since it travels by value: calls do not see what the setup does to it. Let the setup alone change it, not this program too, and make its objects inside the function.`,
    );
  }
}

function packagesIn({ summary: { packages, modules } }: Captured): { all: Set<string>; byValue: Set<string> } {
  const byValue = new Set(modules.flatMap((url) => packageOfFile(url) ?? []));
  return { all: new Set([...packages, ...byValue]), byValue };
}
