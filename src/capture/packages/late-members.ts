import { types } from "node:util";
import type { Graph } from "../graph/context.js";
import type { HostNode } from "../graph/node.js";
import { lookAtFunction } from "../inspect/look.js";
import { ownProperty } from "../own-property.js";
import { isClassNode, type SyntaxNode, staticKey } from "../source/estree.js";
import { sourceOfFunction } from "../source/function-source.js";
import { packagePathOfNode } from "./captured-node.js";
import { freshCopy } from "./fresh-copy.js";

/** What code that fills a prototype when an instance is made does with the instance. */
const FILLS = /getPrototypeOf\(\s*(this|self|inst\w*|obj\w*)\b/;

/**
 * A member of a prototype that the package puts there when the first instance is made: a fresh copy, where none was made,
 * lacks it. Such a copy is asked, which takes a process, only where the text of the class does not have all members.
 */
export function lateMember(
  graph: Graph,
  folder: string,
  prototypes: readonly HostNode<object>[],
  texts: (node: HostNode<object>) => string,
): string | undefined {
  const doubtful = prototypes.filter((node) => isDoubtful(node, texts));
  if (doubtful.length === 0) return undefined;
  const shapes = doubtful.flatMap((node) => packagePathOfNode(graph, node) ?? []);
  const fresh = freshCopy({
    entries: shapes.map(({ specifier, importer, via }) => ({ specifier, importer, via })),
    folder,
    globals: [],
    shapes,
  });
  if ("failed" in fresh) return undefined;
  for (const [at, node] of doubtful.entries()) {
    const there = new Set(fresh.shapes[at]);
    const late = Object.getOwnPropertyNames(node.value).find((name) => !there.has(name));
    if (late !== undefined) return late;
  }
  return undefined;
}

function isDoubtful(node: HostNode<object>, texts: (node: HostNode<object>) => string): boolean {
  const maker: unknown = ownProperty(node.value, "constructor")?.value;
  if (typeof maker !== "function" || types.isProxy(maker)) return false;
  const source = sourceOfFunction(maker, lookAtFunction(maker).location);
  if (!source?.parts) return FILLS.test(texts(node));
  const own = new Set(source.parts ? namesIn(source.parsed.node) : []);
  return Object.getOwnPropertyNames(node.value).some((name) => !own.has(name) && name !== "constructor");
}

/** The names that a class's text gives its members. */
function namesIn(node: SyntaxNode): string[] {
  if (!isClassNode(node)) return [];
  return node.body.body.flatMap((one) => ("key" in one ? (staticKey(one.key, one.computed) ?? []) : []));
}
