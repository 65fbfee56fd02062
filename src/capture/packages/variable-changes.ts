import type { MemberExpression, Pattern } from "acorn";
import { patternNames } from "../source/declare.js";
import { eachChild, isClassNode, isFunctionNode, type SyntaxNode } from "../source/estree.js";
import { runsLater } from "../source/runs-later.js";
import { parsedScript } from "../source/script.js";
import { type StaticScope, scopesOfNode } from "../source/static-scopes.js";

/** What the code of a script does, after it was loaded, with a variable that it declares while it is loaded. */
export interface VariableChanges {
  /** It is given another value. */
  assigned: boolean;
  /** Members of its value are written, or a method is called that changes collections. */
  written: boolean;
  /** Other methods of its value are called, which may change it. */
  called: boolean;
  /** Its value is handed on, to where nobody looks. */
  handedOn: boolean;
}

interface Variable extends VariableChanges {
  /** Functions around its declaration that do not run while the script is loaded. */
  depth: number;
}

const CHANGING = /^(set|add|delete|clear|push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin)$/;
const READING =
  /^(get|has|keys|values|entries|forEach|map|filter|find|findIndex|some|every|includes|indexOf|lastIndexOf|join|slice|concat|reduce|test|call|apply|bind|toString|valueOf|charAt|charCodeAt|startsWith|endsWith|hasOwnProperty|at|flatMap|replace|split)$/;

const known = new Map<string, ReadonlyMap<string, VariableChanges>>();
/** As many as a large package has; the results are small. */
const SCRIPTS_KEPT = 2_000;

/** By scope and name, see `keyOf`; only of variables that are declared while the script is loaded. */
export function variableChangesIn(scriptId: string): ReadonlyMap<string, VariableChanges> {
  const found = known.get(scriptId) ?? read(parsedScript(scriptId)?.tree);
  if (known.size >= SCRIPTS_KEPT) known.clear();
  known.set(scriptId, found);
  return found;
}

export function keyOf(scope: StaticScope, name: string): string {
  return `${scope.start} ${name}`;
}

function read(tree: SyntaxNode | undefined): ReadonlyMap<string, VariableChanges> {
  if (!tree) return new Map();
  const reader = new Reader();
  reader.visit(tree, [], 0);
  return new Map([...reader.found].filter(([, { depth }]) => depth === 0));
}

class Reader {
  readonly found = new Map<string, Variable>();
  private readonly scopes: Map<string, Variable>[] = [];

  /** `depth` counts the functions around that run later than the script is loaded. */
  visit(node: SyntaxNode, parents: SyntaxNode[], depth: number): void {
    const inner = depth + (runsLater(node, parents) ? 1 : 0);
    const made = this.enter(node, inner);
    if (node.type === "Identifier" && !isNameOnly(node, parents.at(-1))) this.use(node.name, node, parents, depth);
    parents.push(node);
    eachChild(node, (child) => this.visit(child, parents, inner));
    parents.pop();
    for (let left = made; left > 0; left--) this.scopes.pop();
  }

  private enter(node: SyntaxNode, depth: number): number {
    const scopes = isFunctionNode(node) ? scopesOfNode(node, node.body) : scopesOfNode(node, undefined);
    for (const scope of scopes) {
      const names = new Map<string, Variable>();
      for (const name of scope.names.keys()) {
        const key = keyOf(scope, name);
        const variable = this.found.get(key) ?? {
          assigned: false,
          written: false,
          called: false,
          handedOn: false,
          depth,
        };
        this.found.set(key, variable);
        names.set(name, variable);
      }
      this.scopes.push(names);
    }
    return scopes.length;
  }

  private use(name: string, node: SyntaxNode, parents: readonly SyntaxNode[], depth: number): void {
    const variable = this.scopes.findLast((names) => names.has(name))?.get(name);
    if (!variable || depth <= variable.depth) return;
    const parent = parents.at(-1) as SyntaxNode;
    if (isAssigned(name, node, parents)) variable.assigned = true;
    else if (parent.type === "MemberExpression" && parent.object === node) noteMember(variable, parents);
    else if (isHandedOn(node, parent)) variable.handedOn = true;
  }
}

/** Identifiers that name no variable: keys, labels, names in other modules. */
function isNameOnly(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  switch (parent?.type) {
    case "MemberExpression":
      return parent.property === node && !parent.computed;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return parent.key === node && !parent.computed && !("shorthand" in parent && parent.shorthand);
    case "ExportSpecifier":
      return parent.local !== node;
    case "ImportSpecifier":
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
    case "MetaProperty":
      return true;
  }
  return false;
}

function isAssigned(name: string, node: SyntaxNode, parents: readonly SyntaxNode[]): boolean {
  if (parents.at(-1)?.type === "UpdateExpression") return true;
  for (let at = parents.length - 1; at >= 0; at--) {
    const one = parents[at] as SyntaxNode;
    if (one.type === "AssignmentExpression" || one.type === "ForInStatement" || one.type === "ForOfStatement")
      return isTarget(one.left, name, node);
    if (!/Pattern$|^(Property|RestElement)$/.test(one.type)) return false;
  }
  return false;
}

function isTarget(target: SyntaxNode, name: string, node: SyntaxNode): boolean {
  if (target.type === "VariableDeclaration") return false;
  const names = new Set<string>();
  patternNames(target as Pattern, names);
  return names.has(name) && target.start <= node.start && node.end <= target.end;
}

/** Follows the members from the variable to where something happens to one of them. */
function noteMember(variable: Variable, parents: readonly SyntaxNode[]): void {
  let at = parents.length - 1;
  for (let outer = parents[at - 1]; outer?.type === "MemberExpression" && outer.object === parents[at]; at--)
    outer = parents[at - 2];
  const [member, parent] = [parents[at] as MemberExpression, parents[at - 1]];
  const isDirect = at === parents.length - 1;
  if (parent?.type === "CallExpression" && parent.callee === member) {
    const name = !member.computed && member.property.type === "Identifier" ? member.property.name : "";
    if (CHANGING.test(name)) variable.written = true;
    else if (!READING.test(name) && isDirect) variable.called = true;
  } else if (isWritten(member, parent)) variable.written = true;
}

function isWritten(member: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  if (parent?.type === "AssignmentExpression") return parent.left === member;
  if (parent?.type === "UpdateExpression") return true;
  return parent?.type === "UnaryExpression" && parent.operator === "delete";
}

/** Contexts in which a value is looked at, and goes nowhere. */
const LOOKS =
  /^(BinaryExpression|UnaryExpression|TemplateLiteral|SpreadElement|IfStatement|ConditionalExpression|ExpressionStatement|SwitchStatement|SwitchCase|ForOfStatement|ForInStatement|WhileStatement|MemberExpression|NewExpression|ImportSpecifier|ImportDefaultSpecifier|ImportNamespaceSpecifier|ExportSpecifier)$/;

function isHandedOn(node: SyntaxNode, parent: SyntaxNode): boolean {
  if (parent.type === "CallExpression") return parent.callee !== node;
  if (parent.type === "NewExpression") return parent.callee !== node;
  if (parent.type === "ConditionalExpression") return parent.test !== node;
  if (isFunctionNode(parent) || isClassNode(parent)) return parent.body === node;
  return !LOOKS.test(parent.type);
}
