import { CaptureError } from "../errors.js";
import type { Captured, CaptureOptions } from "./capture.js";
import { assemble } from "./emit/assemble.js";
import { standardGlobals } from "./identity/globals.js";
import { type FunctionSource, sourceOfFunction } from "./source/function-source.js";
import { summarise } from "./summary.js";
import { excerptOf, nameOf } from "./texts.js";
import type { Callable } from "./types.js";
import { functionInfo } from "./walk/graph.js";
import { packagesOf } from "./walk/packages.js";
import { Walker } from "./walk/walker.js";

/**
 * Capture where the inspector is blocked (Node's permission model): a function that needs nothing from around it
 * travels by its text; any other is refused with the reason.
 */
export function captureText(fn: Callable, options: CaptureOptions, cause: Error): Captured {
  const refuse = (path: string, reason: string, cure = ALLOW): never => {
    throw new CaptureError(
      { path, reason: `${reason}, because ${cause.message}`, cure, excerpt: excerptOf(fn) },
      { cause },
    );
  };
  const source = sourceOfFunction(fn, undefined);
  if (!source) return refuse("the function", "its text cannot be read");
  if (options.classes && options.classes.size > 0)
    refuse([...options.classes.keys()][0] ?? "", "a registered class cannot be captured");
  const need = needOf(fn, source);
  if (need) refuse(need, "what it holds cannot be read");
  return textPayload(fn, source, options);
}

const ALLOW = "Run without the permission model, or give the function everything through its input.";

/** The first thing that a function needs besides its text. */
function needOf(fn: Callable, { analysis, isArrow, parts, parsed }: FunctionSource): string | undefined {
  const name = [...analysis.free.keys()].find((one) => !standardGlobals().has(one));
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

function textPayload(fn: Callable, source: FunctionSource, options: CaptureOptions): Captured {
  const tell = () => ({ position: undefined, excerpt: excerptOf(fn) });
  const walker = new Walker({ reference: options.reference, tell, importer: "" });
  const node = walker.addNode(fn, { from: undefined, text: "" }, { k: "fn" });
  node.whole = true;
  const look = { location: undefined, scopes: [], bound: undefined };
  node.fn = functionInfo({ fn, source, look, script: undefined, strict: !Object.hasOwn(fn, "caller") });
  const summary = summarise(walker);
  const packages = packagesOf(walker);
  const { bytes } = assemble(walker, { name: nameOf(fn), root: node, classes: [] });
  const nothing = { position: () => undefined, scripts: [], references: [], packages, warnings: [] };
  return { bytes, name: nameOf(fn), ...nothing, summary: { ...summary, bytes: bytes.length } };
}
