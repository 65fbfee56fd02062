import type { AssignmentProperty, CallExpression, CatchClause, Identifier, Property } from "acorn";
import { type Analysis, emptyAnalysis, type FreeName, noteMember, privateNamesOf } from "./analysis.js";
import { isBehindReturn } from "./behind-return.js";
import { blockNames, hoistedNames, patternNames } from "./declare.js";
import {
  type ClassElementNode,
  type ClassNode,
  eachChild,
  type FunctionNode,
  headOf,
  isClassNode,
  isFunctionNode,
  isIdentifier,
  literalOf,
  type SyntaxNode,
} from "./estree.js";
import { isWritten, usesOf } from "./uses.js";

/**
 * Free names of a function or class. `skip` names nodes that will not travel (static initialisers, heritage, computed
 * keys of classes), whose names are then not needed.
 */
export function analyse(root: FunctionNode | ClassNode, skip: ReadonlySet<SyntaxNode> = new Set()): Analysis {
  return new Analyser(skip).run(root);
}

type Names = Set<string>;

class Analyser {
  private readonly found = emptyAnalysis();
  private readonly scopes: Names[] = [];
  private readonly privates: Names[] = [];
  private readonly parents: SyntaxNode[] = [];
  /** How many functions (other than arrows) or class bodies below the root give `this` a new meaning. */
  private receiverDepth = 0;
  private rootIsFunction = false;

  constructor(private readonly skip: ReadonlySet<SyntaxNode>) {}

  run(root: FunctionNode | ClassNode): Analysis {
    this.receiverDepth = isClassNode(root) ? 0 : -1;
    if (root.type === "ArrowFunctionExpression") this.receiverDepth = 0;
    this.rootIsFunction = this.receiverDepth < 0;
    this.visit(root);
    return this.found;
  }

  private visit(node: SyntaxNode): unknown {
    if (this.skip.has(node)) return;
    if (isFunctionNode(node)) return this.visitFunction(node);
    if (isClassNode(node)) return this.visitClass(node);
    switch (node.type) {
      case "Identifier":
        return this.reference(node);
      case "MemberExpression":
        noteMember(this.found, node.property, node.computed);
        this.into(node, node.object);
        if (node.computed || node.property.type === "PrivateIdentifier") this.into(node, node.property);
        return;
      case "PrivateIdentifier":
        if (!this.privates.some((names) => names.has(node.name))) this.found.privateNames.add(node.name);
        return;
      case "Property":
        return this.visitProperty(node);
      case "BlockStatement":
      case "StaticBlock":
        return this.inBlock(node, node.body);
      case "SwitchStatement":
        return this.inBlock(
          node,
          node.cases.flatMap((one) => one.consequent),
        );
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
        return this.inBlock(node, headOf(node));
      case "CatchClause":
        return this.visitCatch(node);
      case "LabeledStatement":
        return this.into(node, node.body);
      case "BreakStatement":
      case "ContinueStatement":
        return;
      default:
        this.note(node);
        this.children(node);
    }
  }

  /** Uses of `this` and its like, eval, import and with. */
  private note(node: SyntaxNode): void {
    const found = this.found;
    const atRoot = this.receiverDepth === 0;
    if (node.type === "ThisExpression") found.usesThis ||= atRoot;
    else if (node.type === "Super") found.usesSuper ||= atRoot;
    else if (node.type === "MetaProperty") {
      if (node.meta.name === "import") found.importMeta = true;
      else found.usesNewTarget ||= atRoot;
    } else if (node.type === "ImportExpression") {
      const end = node.start + "import".length;
      found.imports.push({ start: node.start, end, specifier: literalOf(node.source) });
    } else if (node.type === "CallExpression") this.noteCall(node);
  }

  private noteCall({ callee, arguments: [first] }: CallExpression): void {
    if (isIdentifier(callee, "require") && !this.isLocal("require")) this.found.requires.push(literalOf(first));
    if (isIdentifier(callee, "eval")) this.found.directEval ||= !this.isLocal("eval") && !isBehindReturn(this.parents);
  }

  private visitFunction(node: FunctionNode): void {
    const isArrow = node.type === "ArrowFunctionExpression";
    if (!isArrow) this.receiverDepth++;
    const own: Names = new Set();
    if (node.id && node.type === "FunctionExpression") own.add(node.id.name);
    const params: Names = new Set(isArrow || this.receiverDepth === 0 ? [] : ["arguments"]);
    for (const param of node.params) patternNames(param, params);
    const body: Names = new Set();
    if (node.body.type === "BlockStatement") {
      hoistedNames(node.body, body);
      blockNames(node.body.body, body);
    }
    this.scopes.push(own, params);
    for (const param of node.params) this.into(node, param);
    this.scopes.push(body);
    if (node.body.type === "BlockStatement") for (const statement of node.body.body) this.into(node.body, statement);
    else this.into(node, node.body);
    this.scopes.length -= 3;
    if (!isArrow) this.receiverDepth--;
  }

  private visitClass(node: ClassNode): void {
    const isOuter = this.scopes.length === 0;
    this.scopes.push(new Set(node.id ? [node.id.name] : []));
    this.privates.push(privateNamesOf(node));
    if (node.superClass) this.into(node, node.superClass);
    for (const element of node.body.body) this.visitElement(element);
    this.privates.pop();
    this.scopes.pop();
    if (isOuter) this.receiverDepth = 0;
  }

  private visitElement(element: ClassElementNode): void {
    if (this.skip.has(element)) return;
    if (element.type === "StaticBlock") {
      const names: Names = new Set();
      hoistedNames(element, names);
      this.scopes.push(names);
      this.asReceiver(() => this.inBlock(element, element.body));
      this.scopes.pop();
      return;
    }
    if (element.computed) this.into(element, element.key);
    const { value } = element;
    if (element.type === "MethodDefinition") this.into(element, element.value);
    else if (value) this.asReceiver(() => this.into(element, value));
  }

  private asReceiver(run: () => void): void {
    this.receiverDepth++;
    run();
    this.receiverDepth--;
  }

  private visitProperty(node: Property | AssignmentProperty): void {
    if (this.parents.at(-1)?.type === "ObjectPattern") noteMember(this.found, node.key, node.computed);
    if (node.computed) this.into(node, node.key);
    this.into(node, node.value);
  }

  private visitCatch(node: CatchClause): void {
    const names: Names = new Set();
    patternNames(node.param, names);
    this.scopes.push(names);
    this.children(node);
    this.scopes.pop();
  }

  private inBlock(node: SyntaxNode, declaring: readonly SyntaxNode[]): void {
    const names: Names = new Set();
    blockNames(declaring, names);
    this.scopes.push(names);
    this.children(node);
    this.scopes.pop();
  }

  private children(node: SyntaxNode): void {
    eachChild(node, (child) => this.into(node, child));
  }

  private into(parent: SyntaxNode, child: SyntaxNode): void {
    this.parents.push(parent);
    this.visit(child);
    this.parents.pop();
  }

  private isLocal(name: string): boolean {
    return this.scopes.some((names) => names.has(name));
  }

  /** Vite writes `import()` and `import.meta` as names of its own. */
  private isViteName(node: Identifier): boolean {
    if (node.name === "__vite_ssr_import_meta__") this.found.importMeta = true;
    else if (node.name !== "__vite_ssr_dynamic_import__") return false;
    else {
      const call = this.parents.at(-1);
      const argument = call?.type === "CallExpression" ? call.arguments[0] : undefined;
      const specifier = literalOf(argument);
      const { start = 0, end = 0 } = argument ?? {};
      const literal = specifier === undefined ? {} : { viteLiteral: { start, end } };
      this.found.imports.push({ start: node.start, end: node.end, specifier, ...literal });
    }
    return true;
  }

  private reference(node: Identifier): unknown {
    if (this.isViteName(node)) return;
    const scope = this.scopes.findLastIndex((names) => names.has(node.name));
    if (scope >= 0) return scope === 0 ? this.use(this.found.ownName, node) : undefined;
    if (node.name === "arguments" && this.noteArguments()) return;
    if (node.name === "arguments") {
      const parent = this.parents.at(-1);
      const shorthand = parent?.type === "Property" && parent.shorthand;
      this.found.outerArguments.push({ start: node.start, end: node.end, shorthand });
    }
    const entry = this.found.free.get(node.name) ?? { uses: [], assigned: false };
    this.use(entry, node);
    this.found.free.set(node.name, entry);
  }

  private use(entry: FreeName, node: Identifier): void {
    entry.uses.push(...usesOf(node, this.parents));
    entry.assigned ||= isWritten(node, this.parents);
  }

  /** The root's own `arguments` when it is no arrow; an arrow's is a variable of the function around it. */
  private noteArguments(): boolean {
    if (this.receiverDepth !== 0) return false;
    this.found.usesArguments = true;
    return this.rootIsFunction;
  }
}
