/** Makes the stacks of errors from workers speak of the user's sources, TypeScript included. */
import { originalPlace, readSourceMap, type Script, type TraceMap } from "../util/source-map.js";

/** The place in a stack frame: URL or path, line, column. */
const PLACE = /((?:file:|\/)[^\s()]*):(\d+):(\d+)/g;

/** Returns a function that rewrites the places of a stack for which there is a source map. Maps are read when first needed. */
export function stackMapper(scripts: readonly Script[]): (stack: string) => string {
  const mapped = new Map(scripts.filter(({ sourceMapUrl }) => sourceMapUrl).map((script) => [script.url, script]));
  const maps = new Map<string, TraceMap | undefined>();
  if (mapped.size === 0) return (stack) => stack;
  const mapOf = (url: string): TraceMap | undefined => {
    const script = mapped.get(url);
    if (script && !maps.has(url)) maps.set(url, readSourceMap(script));
    return maps.get(url);
  };
  return (stack) =>
    stack.replace(PLACE, (place, url: string, line: string, column: string) => {
      const map = mapOf(url);
      const original = map && originalPlace(map, Number(line), Number(column));
      return original ? `${original.url}:${original.line}:${original.column}` : place;
    });
}
