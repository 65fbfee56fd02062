import process from "node:process";
import { CaptureError } from "../errors.js";
import type { Captured, CaptureOptions } from "./captured.js";
import { emit } from "./emit/emit.js";
import { functionInfo, type HostNode } from "./graph/node.js";
import { isPutLater } from "./identity/builtins.js";
import { standardGlobals } from "./identity/globals.js";
import { viteFileOf } from "./identity/vite.js";
import { excerptOf, nameOf, ownNameOf } from "./inspect/function-excerpt.js";
import { ByValue } from "./packages/travel-policy.js";
import type { FunctionEntry } from "./payload/entry.js";
import { reportOn } from "./report/report.js";
import { resolve } from "./resolve/resolve.js";
import type { CaptureSession } from "./session.js";
import { type FunctionSource, sourceOfFunction } from "./source/function-source.js";
import type { Callable } from "./types.js";
import { Walker } from "./walk/walker.js";

/**
 * Capture where the inspector is blocked (Node's permission model): a function that needs nothing from around it
 * travels by its text; any other is refused with the reason.
 */
export function captureText(session: CaptureSession, fn: Callable, options: CaptureOptions, cause: Error): Captured {
  const refuse = (path: string, reason: string, hint = ALLOW): never => {
    throw new CaptureError(
      { path, reason: `${reason}, because ${cause.message}`, hint, excerpt: excerptOf(fn) },
      { cause },
    );
  };
  if (options.classes && options.classes.size > 0)
    refuse([...options.classes.keys()][0] ?? "", "a registered class cannot be captured");
  const texts = [[undefined, fn] as const, ...(options.helpers ?? [])].map(([owner, one]): TextOf => {
    const of = owner === undefined ? "" : ` of ${owner}`;
    const source = sourceOfFunction(one, undefined);
    if (!source) return refuse(`the function${of}`, "its text cannot be read");
    const need = needOf(one, source);
    return need ? refuse(need + of, "what it holds cannot be read") : { owner, fn: one, source };
  });
  return textPayload(session, fn, texts, options);
}

/** A function that travels by its text. */
interface TextOf {
  /** Undefined for the shipped function. */
  owner: string | undefined;
  fn: Callable;
  source: FunctionSource;
}

const ALLOW = `${
  process.allowedNodeEnvironmentFlags.has("--allow-inspector")
    ? "Allow the inspector (--allow-inspector)"
    : "Run without the permission model"
}, or give the function everything through its input.`;

/** The first thing that a function needs besides its text. */
function needOf(fn: Callable, { analysis, isArrow, parts, parsed }: FunctionSource): string | undefined {
  const name = [...analysis.free.keys()].find((one) => !standardGlobals().has(one) || isPutLater(one));
  if (name !== undefined) return name;
  if (parts || analysis.usesSuper || analysis.privateNames.size > 0) return nameOf(fn) || "the class";
  if (analysis.directEval) return "eval";
  if (analysis.importMeta) return "import.meta";
  if (isArrow && analysis.usesThis) return "this";
  if (isArrow && analysis.usesNewTarget) return "new.target";
  if (analysis.ownName.uses.length > 0 && !parsed.element && analysis.ownName.assigned) return nameOf(fn);
  return Reflect.ownKeys(fn).find((key) => !ORDINARY.has(key)) === undefined
    ? undefined
    : "the function's own properties";
}

const ORDINARY = new Set<PropertyKey>(["length", "name", "prototype", "caller", "arguments"]);

function textPayload(
  session: CaptureSession,
  fn: Callable,
  texts: readonly TextOf[],
  options: CaptureOptions,
): Captured {
  const origin = { describe: () => ({ position: undefined, excerpt: excerptOf(fn) }) };
  const walker = new Walker(
    { reference: options.reference, refusal: options.refusal, importer: "", travel: new ByValue(), ...origin },
    session,
  );
  const [root, ...helpers] = texts.map((text) => [text.owner ?? "", textNode(walker, text)] as [string, HostNode]);
  const graph = resolve(walker, { name: nameOf(fn), root: root?.[1] as HostNode, classes: [], helpers });
  const { packages, environment, reads, summary, limit } = reportOn(walker, options, origin);
  const bytes = emit(graph);
  limit(bytes.length);
  const nothing = { position: () => undefined, scripts: [], references: [], globals: [], warnings: [] };
  return {
    bytes,
    name: graph.name,
    packages,
    environment,
    reads,
    ...nothing,
    summary: { ...summary, bytes: bytes.length },
  };
}

function textNode(walker: Walker, { owner, fn, source }: TextOf): HostNode {
  const step = { from: undefined, text: "", ...(owner !== undefined && { owner }) };
  const node = walker.addNode(fn, step, { kind: "function" } as FunctionEntry<HostNode>);
  node.whole = true;
  const look = { location: undefined, scopes: [], bound: undefined };
  const strict = !Object.hasOwn(fn, "caller");
  const importedFiles = source.analysis.imports.map((one) => viteFileOf(one, ""));
  node.fn = functionInfo({ fn, name: ownNameOf(fn), source, look, script: undefined, strict, importedFiles });
  return node;
}
