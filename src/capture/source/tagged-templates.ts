import { eachChild, type SyntaxNode } from "./estree.js";
import type { FunctionSource } from "./function-source.js";

const known = new WeakMap<FunctionSource, ReadonlySet<string>>();

/** The texts of the tagged templates in a function's code, each as `templateKey` writes them. */
export function taggedTemplatesOf(source: FunctionSource): ReadonlySet<string> {
  const found = known.get(source) ?? find(source);
  known.set(source, found);
  return found;
}

function find({ parsed, parts }: FunctionSource): Set<string> {
  const found = new Set<string>();
  const visit = (node: SyntaxNode): void => {
    if (parts?.left.has(node)) return;
    if (node.type === "TaggedTemplateExpression")
      found.add(templateKey(node.quasi.quasis.map(({ value }) => value.raw)));
    eachChild(node, visit);
  };
  visit(parsed.node);
  return found;
}

/** Tells templates apart by their texts, as they are written. */
export function templateKey(raw: readonly string[]): string {
  return JSON.stringify(raw);
}
