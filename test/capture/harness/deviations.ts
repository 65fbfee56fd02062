/**
 * Where an environment may do otherwise than the ideal of a case says, and why. Wrong results, payloads that fail to
 * load, and refusals that name nothing can't be declared.
 */
import type { Outcome, Verdict } from "./verdict.js";

export interface Deviation {
  /** Names of environments, or "all". */
  environments: readonly string[] | "all";
  /** Ids of cases. */
  cases: readonly string[];
  outcome: Extract<Outcome, "refused" | "works">;
  reason: string;
}

const inGroup = (group: string, ...ids: string[]) => ids.map((id) => `${group}/${id}`);

export const deviations: readonly Deviation[] = [
  {
    environments: ["inspect"],
    cases: [
      ...inGroup("functions", "arrow with this of the module", "arrow with this of a method"),
      ...inGroup("functions", "arrow with this of a constructor", "two arrows with one this"),
      ...inGroup("functions", "arrow in an arrow with this", "arrow with this and default parameters"),
      ...inGroup("functions", "generator inside an arrow with this"),
      ...inGroup("classes", "static this", "field arrow with this", "field arrow inside its instance"),
      ...inGroup("classes", "super in a field", "field arrow with super, as captured"),
      ...inGroup("classes", "private function field over this"),
      "what objects hide/proxy over an arrow that is the prototype of its this",
    ],
    outcome: "refused",
    reason:
      "A debugger that is attached would notice a pause; an arrow's `this` is read from the heap, while that is small.",
  },
  {
    environments: ["inspect"],
    cases: [
      "values/undefined",
      ...inGroup("variables and scopes", "let not given a value", "undefined shadowed beside a real one"),
      "state and freshness/once",
    ],
    outcome: "refused",
    reason: "Without pausing, whether an undefined variable is initialised is read from the heap, while that is small.",
  },
  {
    environments: ["inspect"],
    cases: [
      ...inGroup("variables and scopes", "two factories, two variables", "equal values in separate variables"),
      ...inGroup("variables and scopes", "one of two factories never changed", "closures of a for-let loop"),
      ...inGroup("variables and scopes", "catch binding changed", "parameters that outlive the call"),
      ...inGroup("variables and scopes", "scopes nested in recursion", "sibling closures, middle scope shared"),
      ...inGroup("variables and scopes", "many runs of one scope, all alike"),
      ...inGroup("variables and scopes", "two factories, and a block that uses the name again"),
      ...inGroup("variables and scopes", "variables of evaluated code", "forty runs of one scope, each with a state"),
      ...inGroup("classes", "static accessors", "class over variables"),
      "state and freshness/queue with head and tail",
      "user's modules/CommonJS module",
      "classes/private fields, constructor not run again",
      "proxies/capture calls no trap",
      "CommonJS/the user's module",
      "what objects hide/error with a getter for its stack",
    ],
    outcome: "refused",
    reason:
      "Whether closures share an assigned variable is proved by pausing, or by a heap that is small; never guessed.",
  },
  {
    environments: ["inspect"],
    cases: [
      ...inGroup("variables and scopes", "name of a function expression, used inside"),
      ...inGroup("variables and scopes", "name of a function expression over an outer variable"),
      ...inGroup("variables and scopes", "name of a function expression over a global"),
      ...inGroup("variables and scopes", "name of a function expression as state"),
      ...inGroup("variables and scopes", "names of function expressions, nested"),
      ...inGroup("variables and scopes", "name of a function expression in a generator and a class"),
      ...inGroup("variables and scopes", "name of a function expression beside a shared variable"),
      ...inGroup("variables and scopes", "scripts that start at another line"),
    ],
    outcome: "refused",
    reason: "Which function the name of a function expression means is read by pausing, or from a heap that is small.",
  },
  {
    environments: "all",
    cases: ["classes/private stamp on another object"],
    outcome: "refused",
    reason: "Not yet: private fields are put back on instances of their class only.",
  },
  {
    environments: ["CJS", "tsx CJS", "tsc CJS", "tsc ES2019", "bundle CJS", "inspect"],
    cases: ["node built-ins/dynamic import by a variable", "CommonJS/this of the module in an arrow"],
    outcome: "refused",
    reason: "What require(variable) would load, and what a CommonJS module's `this` is by now, cannot be known.",
  },
  {
    environments: ["inspect"],
    cases: [
      ...inGroup("user's modules", "live binding", "live binding through a barrel", "default export that is assigned"),
      ...inGroup("user's modules", "live binding in a default parameter and a class"),
    ],
    outcome: "refused",
    reason: "Whether an import is a variable that captured code assigns is asked by pausing.",
  },
  {
    environments: ["vitest"],
    cases: ["what objects hide/objects made of others by prototype, without their state"],
    outcome: "refused",
    reason: "The console is the test runner's own there, an object with state.",
  },
  {
    environments: ["vmThreads", "Jest"],
    cases: [
      "user's modules/default export that is assigned",
      "what objects hide/objects made of others by prototype, without their state",
    ],
    outcome: "refused",
    reason:
      "In a context of its own whether an import is an assigned variable is not told, and the console is the test runner's.",
  },
  {
    environments: ["vmThreads"],
    cases: ["variables and scopes/name of a function expression over a global"],
    outcome: "refused",
    reason: "The runner puts a `fetch` of its own in the place of the global one.",
  },
  {
    environments: ["vmThreads", "Jest"],
    cases: [
      ...inGroup(
        "npm packages",
        "symbol that a package keeps",
        "ESM symbol is the package's own",
        "ESM symbol",
        "ESM namespace as a value",
      ),
    ],
    outcome: "refused",
    reason: "What a module in a context of its own exports cannot be asked for, so that a symbol may be a package's.",
  },
  {
    environments: ["Jest"],
    cases: [
      ...inGroup("CommonJS", "require of a built-in in the call", "require of a package in the call"),
      ...inGroup("CommonJS", "require in a callee"),
    ],
    outcome: "refused",
    reason: "`createRequire()` gives a function of Jest's own, with all that Jest keeps.",
  },
  {
    environments: ["Jest"],
    cases: inGroup("must be refused", "the whole environment", "the whole environment in a field"),
    outcome: "works",
    reason: "Jest's environment is a plain copy, of which only the variables travel that are named.",
  },
  {
    environments: ["bundle ESM", "bundle CJS", "minified"],
    cases: ["user's modules/dynamic import of a relative module"],
    outcome: "works",
    reason: "The bundler has made the import a variable of the bundle.",
  },
  {
    environments: ["tsc CJS"],
    cases: ["user's modules/dynamic import of a relative module"],
    outcome: "works",
    reason: "The compiler has made the import a require() of a module that is loaded, and travels by value.",
  },
];

/** The declaration that covers this verdict. */
export function deviationOf(environment: string, { id, outcome }: Verdict): Deviation | undefined {
  return deviations.find(
    (one) =>
      one.outcome === outcome &&
      (one.environments === "all" || one.environments.includes(environment)) &&
      one.cases.includes(id),
  );
}

export function isIdeal({ ideal, outcome }: Verdict): boolean {
  if (ideal === "either") return outcome === "works" || outcome === "refused";
  return outcome === (ideal === "works" ? "works" : "refused");
}
