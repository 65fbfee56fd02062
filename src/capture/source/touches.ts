import type * as acorn from "acorn";
import { eachChild, type SyntaxNode } from "./estree.js";
import type { FunctionSource } from "./function-source.js";
import { type CallNode, keyCallOf, patternTouches } from "./touching-forms.js";

/**
 * How code gets at an object that a free name leads to. Variables of the function's own that stand for it are followed,
 * by their names.
 */
export interface Touch {
  /** The free name that leads to the object, and the members from there. */
  root: string;
  path: readonly string[];
  /** The object is named, assigned, read and assigned (`++`, `??=`), asked for a computed key, asked for its keys, or handed on. */
  kind: "name" | "write" | "update" | "key" | "keys" | "escape";
  /** The expression of the key. */
  key?: SyntaxNode;
}

export interface Touches {
  touches: Touch[];
  /** Expressions of computed keys, of whatever object. */
  keys: SyntaxNode[];
  /** Initialisers of the function's own constants, by name. */
  constants: ReadonlyMap<string, SyntaxNode>;
}

/** Where an expression comes from. */
interface Origin {
  root: string;
  path: readonly string[];
}

const known = new WeakMap<FunctionSource, Touches>();

export function touchesOf(source: FunctionSource): Touches {
  const found = known.get(source) ?? new Finder(source).find();
  known.set(source, found);
  return found;
}

class Finder {
  private readonly touches: Touch[] = [];
  private readonly keys: SyntaxNode[] = [];
  private readonly constants = new Map<string, SyntaxNode>();
  private readonly aliases = new Map<string, Origin[]>();

  constructor(private readonly source: FunctionSource) {}

  find(): Touches {
    const { node } = this.source.parsed;
    // An alias may be made of one that stands further down.
    for (let count = -1; count !== this.aliases.size; ) {
      count = this.aliases.size;
      this.eachNode(node, (one) => this.addAliases(one));
    }
    this.eachNode(node, (one, parents) => this.visit(one, parents));
    return { touches: this.touches, keys: this.keys, constants: this.constants };
  }

  private eachNode(root: SyntaxNode, see: (node: SyntaxNode, parents: readonly SyntaxNode[]) => void): void {
    const parents: SyntaxNode[] = [];
    const into = (node: SyntaxNode): void => {
      if (this.source.parts?.left.has(node)) return;
      see(node, parents);
      parents.push(node);
      eachChild(node, into);
      parents.pop();
    };
    into(root);
  }

  private addAliases(node: SyntaxNode): void {
    if (node.type === "VariableDeclaration") {
      for (const { id, init } of node.declarations) {
        if (id.type !== "Identifier" || !init) continue;
        if (node.kind === "const") this.constants.set(id.name, init);
        this.alias(id.name, init);
      }
    } else if (node.type === "AssignmentExpression" || node.type === "AssignmentPattern") {
      if (node.left.type === "Identifier") this.alias(node.left.name, node.right);
    }
  }

  private alias(name: string, value: SyntaxNode): void {
    if (this.source.analysis.free.has(name)) return;
    const found = this.originsOf(value);
    if (found.length > 0) this.aliases.set(name, found);
  }

  /** What an expression may stand for, where it does nothing but name it. */
  private originsOf(node: SyntaxNode): Origin[] {
    switch (node.type) {
      case "Identifier":
        return this.source.analysis.free.has(node.name)
          ? [{ root: node.name, path: [] }]
          : (this.aliases.get(node.name) ?? []);
      case "ChainExpression":
        return this.originsOf(node.expression);
      case "MemberExpression": {
        const key = staticKey(node);
        return key === undefined
          ? []
          : this.originsOf(node.object).map(({ root, path }) => ({ root, path: [...path, key] }));
      }
      case "ConditionalExpression":
        return [...this.originsOf(node.consequent), ...this.originsOf(node.alternate)];
      case "LogicalExpression":
        return [...this.originsOf(node.left), ...this.originsOf(node.right)];
      case "SequenceExpression":
        return node.expressions.slice(-1).flatMap((last) => this.originsOf(last));
      case "AssignmentExpression":
        return node.operator === "=" ? this.originsOf(node.right) : [];
      default:
        return [];
    }
  }

  private visit(node: SyntaxNode, parents: readonly SyntaxNode[]): void {
    if (node.type === "MemberExpression" && staticKey(node) === undefined && node.property.type !== "PrivateIdentifier")
      this.keys.push(node.property);
    if (node.type === "BinaryExpression" && node.operator === "in") this.keys.push(node.left);
    if (node.type === "Property" && node.computed && parents.at(-1)?.type === "ObjectPattern") this.keys.push(node.key);
    const parent = parents.at(-1);
    if (!parent || !NAMES.has(node.type) || isPartOfOrigin(node, parent)) return;
    for (const origin of this.originsOf(node)) {
      if (origin.path.length > 0) this.touches.push({ ...origin, kind: kindOf(node, parent) });
      this.touch(node, origin, parent);
    }
  }

  private touch(node: SyntaxNode, origin: Origin, parent: SyntaxNode): void {
    const add = (kind: Touch["kind"], key?: SyntaxNode) => this.touches.push({ ...origin, kind, ...(key && { key }) });
    switch (parent.type) {
      case "MemberExpression":
        if (parent.object === node) add("key", parent.property);
        return;
      case "BinaryExpression":
        if (parent.operator === "in" && parent.right === node) add("key", parent.left);
        return;
      case "UnaryExpression":
      case "UpdateExpression":
      case "ExpressionStatement":
      case "IfStatement":
      case "TemplateLiteral":
        return;
      case "ForInStatement":
      case "SpreadElement":
        return void add("keys");
      case "VariableDeclarator":
      case "AssignmentExpression":
      case "AssignmentPattern": {
        const target: SyntaxNode = parent.type === "VariableDeclarator" ? parent.id : parent.left;
        if (target === node || target.type === "Identifier") return;
        for (const { kind, key } of patternTouches(target)) add(kind, key);
        return;
      }
      case "CallExpression":
      case "NewExpression": {
        const call = keyCallOf(parent, node);
        if (parent.callee === node) this.touchThroughMethod(origin, parent);
        else if (call) add(call.kind, call.key);
        else add("escape");
        return;
      }
      case "TaggedTemplateExpression":
        return;
      case "Property":
        if (parent.key !== node || parent.computed) add("escape");
        return;
      default:
        add("escape");
    }
  }

  /** `globalThis.hasOwnProperty("x")` is of what stands before the method. */
  private touchThroughMethod({ root, path }: Origin, call: CallNode): void {
    if (!/^(hasOwnProperty|propertyIsEnumerable)$/.test(path.at(-1) ?? "") || !call.arguments[0]) return;
    this.touches.push({ root, path: path.slice(0, -1), kind: "key", key: call.arguments[0] });
  }
}

/** What is done with what an expression names. */
function kindOf(node: SyntaxNode, parent: SyntaxNode): Touch["kind"] {
  if (parent.type === "AssignmentExpression" && parent.left === node)
    return parent.operator === "=" ? "write" : "update";
  if (parent.type === "UpdateExpression") return "update";
  return parent.type === "UnaryExpression" && parent.operator === "delete" ? "write" : "name";
}

const NAMES = new Set([
  "Identifier",
  "MemberExpression",
  "ConditionalExpression",
  "LogicalExpression",
  "SequenceExpression",
  "AssignmentExpression",
  "ChainExpression",
]);

/** Whether the parent names the same thing, or one of its members: then that is the node to ask. */
function isPartOfOrigin(node: SyntaxNode, parent: SyntaxNode): boolean {
  switch (parent.type) {
    case "MemberExpression":
      return parent.object === node ? staticKey(parent) !== undefined : !parent.computed;
    case "ChainExpression":
    case "LogicalExpression":
      return true;
    case "ConditionalExpression":
      return parent.test !== node;
    case "SequenceExpression":
      return parent.expressions.at(-1) === node;
    default:
      return false;
  }
}

/** The key of a member that is written out. */
export function staticKey({ property, computed }: acorn.MemberExpression): string | undefined {
  if (property.type === "PrivateIdentifier") return undefined;
  if (!computed) return property.type === "Identifier" ? property.name : undefined;
  const value = property.type === "Literal" ? property.value : undefined;
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
