import type { SourcePosition } from "../../errors.js";
import { originalPlace, originalText, readSourceMap } from "../../util/source-map.js";
import { excerptOf, firstLines } from "../inspect/function-excerpt.js";
import { functionText } from "../inspect/function-text.js";
import { lookAtFunction } from "../inspect/look.js";
import { type Script, scriptOf } from "../inspect/scripts.js";
import { sourceOfFunction } from "../source/function-source.js";
import { type Place, placeIn, startOf } from "../source/place.js";
import type { Callable } from "../types.js";

/** What messages say of the function that was to be shipped: in the user's TypeScript, where there is a source map. */
export interface FunctionDescription {
  position: SourcePosition | undefined;
  excerpt: string;
}

export interface Origin {
  /** URL of the function's script, or "". */
  importer: string;
  /** Reads source maps, so it is called only when somebody has to read the answer. */
  describe(): FunctionDescription;
}

export function originOf(fn: Callable): Origin {
  const { location } = lookAtFunction(fn);
  const script = location && scriptOf(location.scriptId);
  let known: FunctionDescription | undefined;
  return {
    importer: script?.url ?? "",
    describe() {
      if (!known) {
        const source = location && sourceOfFunction(fn, location);
        const start = source ? startOf(source, location) : location;
        known =
          start && script?.url ? describeStart(fn, script, start) : { position: undefined, excerpt: excerptOf(fn) };
      }
      return known;
    },
  };
}

function describeStart(fn: Callable, script: Script, start: Place): FunctionDescription {
  const map = readSourceMap(script);
  const first = map && originalPlace(map, start.line + 1, start.column + 1);
  if (!first) {
    const position = { url: script.url, line: start.line + 1, column: start.column + 1 };
    return { position, excerpt: excerptOf(fn) };
  }
  const text = functionText(fn);
  const end = placeIn(text, text.length - 1, start);
  const last = originalPlace(map, end.line + 1, end.column + 1);
  const lines = originalText(map, first.url)?.split(/\r?\n/);
  const ends = last?.url === first.url && last.line > first.line ? last.line : first.line;
  return { position: first, excerpt: lines ? firstLines(lines.slice(first.line - 1, ends)) : excerptOf(fn) };
}
