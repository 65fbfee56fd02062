import process from "node:process";
import { callbackify, deprecate, promisify } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import { type CodeNode, type HostNode, isNode } from "../../graph/node.js";
import { type Step, stepTo } from "../../graph/path.js";
import { functionText } from "../../inspect/function-text.js";
import { ownProperty } from "../../own-property.js";
import type { CalledEntry } from "../../payload/entry.js";
import type { Callable } from "../../types.js";
import { fillFunctionProperties } from "./function-properties.js";

/** A function of `node:util` that wraps another one, and how what it gives is recognised: by its text, and the variables around it. */
interface Wrapper {
  maker: Callable;
  /** What the text of the wrapping function starts with. */
  text: RegExp;
  /** Variables that hold what the maker was called with, in the order of its parameters; the first is the wrapped function. */
  given: readonly [string, ...string[]];
  /** A function beside them that holds the rest. */
  helper?: string;
}

const WRAPPERS: readonly Wrapper[] = [
  { maker: promisify, text: /^(async )?function fn\(\.\.\.args\)/, given: ["original"] },
  { maker: callbackify, text: /^function callbackified\(/, given: ["original"] },
  { maker: deprecate, text: /^function deprecated\(/, given: ["fn", "msg", "code"], helper: "emitDeprecationWarning" },
];

/** What `promisify` and its like made: a worker wraps the same function again. Its own members are written out. */
export function meetWrapped(walker: WalkContext, fn: Callable, step: Step): HostNode | undefined {
  const found = wrapping(walker, fn) ?? promising(fn);
  if (!found) return undefined;
  const { maker, given } = found;
  const entry: CalledEntry<HostNode> = { kind: "called", maker: walker.encode(maker, step), arguments: [] };
  const node: CodeNode = walker.addNode(fn, step, entry as CodeNode["entry"]);
  node.fill = () => {
    entry.arguments = given.map((value) => walker.encode(value, { from: step, text: ` (${maker.name})` }));
    node.needs.push(...[entry.maker, ...entry.arguments].filter(isNode));
    entry.latePrototype = walker.encode(Object.getPrototypeOf(fn) as unknown, stepTo(step, "__proto__"));
    fillFunctionProperties(walker, node, { name: undefined, length: undefined, hasPrototype: false });
  };
  return node;
}

interface Wrapped {
  maker: Callable;
  given: unknown[];
}

function wrapping(walker: WalkContext, fn: Callable): Wrapped | undefined {
  const text = functionText(fn);
  const wrapper = WRAPPERS.find((one) => one.text.test(text));
  const values = wrapper && variablesOf(walker, fn, wrapper);
  if (!wrapper || typeof values?.[wrapper.given[0]] !== "function") return undefined;
  return { maker: wrapper.maker, given: wrapper.given.map((name) => values[name]) };
}

/** Modules with functions for which `promisify` gives one that Node has beside them. */
const WITH_PROMISES = ["child_process", "fs", "timers", "readline", "crypto", "dns"];

function promising(fn: Callable): Wrapped | undefined {
  if (!Object.hasOwn(fn, promisify.custom)) return undefined;
  const all = WITH_PROMISES.flatMap((name) => Object.values(process.getBuiltinModule(name) as object) as unknown[]);
  const original = all.find((one) => typeof one === "function" && ownProperty(one, promisify.custom)?.value === fn);
  return original === undefined ? undefined : { maker: promisify, given: [original] };
}

/** A block and the function around it. */
const SCOPES_OF_HELPER = 2;

/** The variables around the wrapping function, and around its helper. */
function variablesOf({ session }: WalkContext, fn: Callable, { helper }: Wrapper): Record<string, unknown> {
  const [nearest] = session.look(fn).scopes;
  const more = helper === undefined ? undefined : nearest?.values[helper];
  const around = typeof more === "function" ? session.look(more as Callable).scopes.slice(0, SCOPES_OF_HELPER) : [];
  return Object.assign({}, ...around.map(({ values }) => values), nearest?.values);
}
