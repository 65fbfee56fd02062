import type { CallExpression, Identifier, ImportExpression, NewExpression } from "acorn";
import { eachChild, isFunctionNode, type SyntaxNode } from "../source/estree.js";
import { ImportedNames, lastNameOf } from "./imported-names.js";

/** A place in the text of a module of the user's that may change what a package keeps. */
export interface Statement {
  /** Names under which the packages in question are imported there; none where the text does not tell which they are. */
  specifiers: string[];
  /** Offsets in the script. */
  start: number;
  end: number;
  /** Whether it has no other purpose, as a call whose result is dropped: then the package's variables are compared, too. */
  isSure: boolean;
}

/** Names of functions that change what they belong to. Callers may keep what these give. */
const CHANGES =
  /^(set|use|extend|register|add|config|configure|install|enable|disable|init|initialize|setup|mixin|locale|plugin|patch|override|update|define)(?![a-z])/;
/** Of those, the ones of functions that hardly ever give something to go on with, such as an extended class. */
const ONLY_CHANGES = /^(use|register|config|configure|install)(?![a-z])/;
/** Of those, the ones that mean nothing else, whatever they belong to. */
const CONFIGURES = /^(config|configure)(?![a-z])/;
/** The ones that are common in names of functions that make something new: `addDays`, `setHours`. */
const OFTEN_PURE = /^(set|use|add|update|define|init)(?![a-z])/;
/** What is called with everything there is, and changes nothing of it. */
const LOOKS_ONLY = new Set(["console", "JSON", "Promise", "process", "String", "Number", "Boolean"]);
/** Names of functions that are called for being done, or for throwing. */
const WAITS_ONLY = /^(ready|whenReady|wait[A-Z]\w*|flush|assert[A-Z]?\w*)$/;
/** What compilers make of decorators. */
const DECORATES = /decorate|applyDecs|applyDecoratedDescriptor/i;
/** Functions of the language that change what they are given first. */
const WRITERS = /^(assign|defineProperty|defineProperties|setPrototypeOf|set|deleteProperty)$/;

/**
 * The statements of a module that may change what packages keep: calls whose result is dropped, or of functions with a
 * name that tells of a change; assignments to members; decorators; imports without names.
 */
export function statementsIn(tree: SyntaxNode): Statement[] {
  const reader = new Reader(new ImportedNames());
  reader.visit(tree, 0);
  return reader.found;
}

class Reader {
  readonly found: Statement[] = [];

  constructor(private readonly names: ImportedNames) {}

  /** `depth` counts the functions around. */
  visit(node: SyntaxNode, depth: number): void {
    this.names.enter(node);
    this.read(node, depth);
    const inner = depth + (isFunctionNode(node) ? 1 : 0);
    eachChild(node, (child) => this.visit(child, inner));
    this.names.leave(node);
  }

  private read(node: SyntaxNode, depth: number): void {
    switch (node.type) {
      case "ImportDeclaration":
        if (node.specifiers.length === 0) this.note(node, [String(node.source.value)]);
        return;
      case "VariableDeclarator":
        this.names.declare(node);
        if (node.init) this.handedOn(node.init);
        return;
      case "ExpressionStatement":
        this.dropped(node.expression);
        return;
      case "ArrowFunctionExpression":
        if (node.body.type !== "BlockStatement" && this.tellsOfChange(node.body)) this.dropped(node.body);
        return;
      case "AssignmentExpression":
        this.written(node.left, node);
        return;
      case "UpdateExpression":
        this.written(node.argument, node);
        return;
      case "UnaryExpression":
        if (node.operator === "delete") this.written(node.argument, node);
        return;
      case "CallExpression":
        this.called(node, depth);
        return;
    }
  }

  /** An expression whose value nobody uses. */
  private dropped(node: SyntaxNode): void {
    switch (node.type) {
      case "AwaitExpression":
      case "UnaryExpression":
        this.dropped(node.argument);
        return;
      case "ChainExpression":
        this.dropped(node.expression);
        return;
      case "SequenceExpression":
        for (const one of node.expressions) this.dropped(one);
        return;
      case "LogicalExpression":
        this.dropped(node.right);
        return;
      case "ConditionalExpression":
        this.dropped(node.consequent);
        this.dropped(node.alternate);
        return;
      case "ImportExpression":
      case "NewExpression":
      case "CallExpression":
        this.droppedCall(node);
        return;
    }
  }

  private droppedCall(node: CallExpression | NewExpression | ImportExpression): void {
    const given: SyntaxNode[] = node.type === "ImportExpression" ? [] : node.arguments;
    const own = this.names.behind(node);
    if (own && node.type === "CallExpression" && WAITS_ONLY.test(lastNameOf(node.callee) ?? "")) return;
    if (own) {
      this.note(node, [own, ...this.named(given)]);
      return;
    }
    if (LOOKS_ONLY.has(baseOf(node)?.name ?? "")) return;
    const isDecorator = node.type === "CallExpression" && DECORATES.test(lastNameOf(node.callee) ?? "");
    const named = isDecorator ? this.namedWithin(given) : this.named(given);
    if (named.length > 0) this.note(node, named);
    else if (this.configures(node)) this.note(node, [], true);
    else if (this.tellsOfChange(node) && this.names.isUnknown(baseOf(node))) this.note(node, []);
  }

  private written(target: SyntaxNode, at: SyntaxNode): void {
    if (target.type !== "MemberExpression") return;
    const specifier = this.names.behind(target);
    if (specifier) this.note(at, [specifier]);
  }

  /** A call anywhere: of a function that changes its argument, or with a name that tells of a change. */
  private called(node: CallExpression, depth: number): void {
    const [first] = node.arguments;
    const isWriter = /^(Object|Reflect)$/.test(baseOf(node)?.name ?? "") && WRITERS.test(lastNameOf(node.callee) ?? "");
    const changed = isWriter && first ? this.names.behind(first) : undefined;
    if (changed) this.note(node, [changed]);
    for (const given of node.arguments) this.handedOn(given);
    if (this.isOfChange(node.callee, depth)) this.noteBehind(node.callee, ONLY_CHANGES, node);
  }

  /** A function that others call, whose name tells of a change. */
  private handedOn(node: SyntaxNode): void {
    if (isReference(node) && this.isOfChange(node, 0)) this.noteBehind(node, CHANGES);
  }

  /** The function's name tells of a change; where it is called, the result may be what it is called for. */
  private noteBehind(node: SyntaxNode, isSure: RegExp, at = node): void {
    const specifier = this.names.behind(node);
    if (specifier) this.note(at, [specifier], isSure.test(lastNameOf(node) ?? ""));
  }

  private configures(node: SyntaxNode): boolean {
    const isNamedSo = node.type === "CallExpression" && CONFIGURES.test(lastNameOf(node.callee) ?? "");
    return isNamedSo && this.names.isVariable(baseOf(node));
  }

  private tellsOfChange(node: SyntaxNode): boolean {
    return node.type === "CallExpression" && CHANGES.test(lastNameOf(node.callee) ?? "");
  }

  /** Within functions only names that hardly ever mean anything else. */
  private isOfChange(reference: SyntaxNode, depth: number): boolean {
    const name = lastNameOf(reference) ?? "";
    return CHANGES.test(name) && (depth === 0 || !OFTEN_PURE.test(name));
  }

  private named(given: readonly SyntaxNode[]): string[] {
    return given.flatMap((one) => (isReference(one) ? (this.names.behind(one) ?? []) : []));
  }

  private namedWithin(given: readonly SyntaxNode[]): string[] {
    const found: string[] = [];
    const pending = [...given];
    for (let node = pending.pop(); node; node = pending.pop()) {
      const specifier = node.type === "CallExpression" || isReference(node) ? this.names.behind(node) : undefined;
      if (specifier) found.push(specifier);
      if (!isFunctionNode(node)) eachChild(node, (child) => void pending.push(child));
    }
    return found;
  }

  private note({ start, end }: SyntaxNode, specifiers: readonly string[], isSure = specifiers.length > 0): void {
    this.found.push({ specifiers: [...new Set(specifiers)], start, end, isSure });
  }
}

function isReference({ type }: SyntaxNode): boolean {
  return type === "Identifier" || type === "MemberExpression";
}

/** The identifier that a chain of members and calls starts with. */
function baseOf(node: SyntaxNode): Identifier | undefined {
  switch (node.type) {
    case "Identifier":
      return node;
    case "MemberExpression":
      return baseOf(node.object);
    case "CallExpression":
    case "NewExpression":
      return baseOf(node.callee);
    case "ChainExpression":
      return baseOf(node.expression);
  }
  return undefined;
}
