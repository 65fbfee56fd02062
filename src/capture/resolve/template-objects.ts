import type { Graph } from "../graph/context.js";
import type { HostNode } from "../graph/node.js";
import { weakEntriesOf } from "../inspect/weak-entries.js";
import { ownProperty } from "../own-property.js";
import { taggedTemplatesOf, templateKey } from "../source/tagged-templates.js";

/**
 * A tagged template hands its tag the same list of texts each time, by which tags know it again. On a worker the code makes
 * a list of its own, so that a captured one would be another. Where no captured code has that template, nobody can tell.
 */
export function refuseTemplateObjects(graph: Graph): void {
  for (const node of graph.nodes) {
    if (node.entry.kind === "array" && isOfTemplate(graph, node.value))
      graph.refuse(node.step, {
        reason:
          "it is the list of texts that a tagged template in the function's code makes, which a copy would not be",
        hint: HINT,
      });
    if (WEAK.has(node.entry.kind) && weakEntriesOf(node.value as object).some(({ key }) => isOfTemplate(graph, key)))
      graph.refuse(node.step, {
        reason:
          "it holds the list of texts that a tagged template in the function's code makes, and a worker's list is another",
        hint: HINT,
      });
  }
}

const HINT = "Keep what belongs to a template under its texts, as in strings.join(), not under the list itself.";

/** Where what holds a key does not keep it alive: it travels only if something else leads to it. */
const WEAK: ReadonlySet<string> = new Set(["weakMap", "weakSet"]);

function isOfTemplate({ nodes }: Graph, value: unknown): boolean {
  const raw = Array.isArray(value) ? rawTextsOf(value) : undefined;
  return raw !== undefined && hasTemplate(nodes, templateKey(raw));
}

/** The texts as they are written, of a list that a template made. */
function rawTextsOf(value: unknown[]): string[] | undefined {
  const raw: unknown = Object.isFrozen(value) ? ownProperty(value, "raw")?.value : undefined;
  const isTemplate = Array.isArray(raw) && Object.isFrozen(raw) && raw.length === value.length;
  return isTemplate && raw.every((one) => typeof one === "string") ? raw : undefined;
}

function hasTemplate(nodes: readonly HostNode[], key: string): boolean {
  return nodes.some(({ fn }) => fn && taggedTemplatesOf(fn.source).has(key));
}
