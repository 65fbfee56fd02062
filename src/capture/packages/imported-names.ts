import type { CallExpression, Identifier, ImportExpression, VariableDeclarator } from "acorn";
import { patternNames } from "../source/declare.js";
import { isFunctionNode, type SyntaxNode } from "../source/estree.js";
import { type Declared, scopesOfNode } from "../source/static-scopes.js";

/** What a name stands for: the specifier of the package that it leads to, or undefined for anything else. */
type Meaning = string | undefined;

interface Name {
  kind: Declared;
  meaning: Meaning;
}

/** What compilers and loaders write around `require()` and `import()`. */
const LOADS = /require|import/i;
const WRAPS = /interop|toESM|importDefault|importStar|import_star|import_default|default$/i;

/** Which names in a text lead to packages, while the text is read from its beginning to its end. */
export class ImportedNames {
  /** Innermost last. */
  private readonly scopes: { node: SyntaxNode; names: Map<string, Name>[] }[] = [];

  enter(node: SyntaxNode): void {
    const scopes = [...scopesOfNode(node, undefined), ...(isFunctionNode(node) ? scopesOfNode(node, node.body) : [])];
    if (scopes.length === 0) return;
    const names = scopes.map(
      (scope) =>
        new Map([...scope.names].map(([name, { kind }]): [string, Name] => [name, { kind, meaning: undefined }])),
    );
    this.scopes.push({ node, names });
    // Functions may use what is declared after them.
    if (node.type === "Program") for (const statement of node.body) this.declareAll(statement);
  }

  leave(node: SyntaxNode): void {
    if (this.scopes.at(-1)?.node === node) this.scopes.pop();
  }

  private declareAll(statement: SyntaxNode): void {
    const inner = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (inner?.type === "ImportDeclaration")
      for (const { local } of inner.specifiers) this.set(local.name, packageName(inner.source.value));
    if (inner?.type === "VariableDeclaration") for (const one of inner.declarations) this.declare(one);
  }

  /** Takes in a variable that is declared, and what its value leads to. */
  declare({ id, init }: VariableDeclarator): void {
    const meaning = init ? this.behindValue(init) : undefined;
    if (meaning === undefined) return;
    const names = new Set<string>();
    patternNames(id, names);
    for (const name of names) this.set(name, meaning);
  }

  private set(name: string, meaning: Meaning): void {
    const found = this.find(name);
    if (found) found.meaning = meaning;
  }

  private find(name: string): Name | undefined {
    for (let at = this.scopes.length - 1; at >= 0; at--) {
      const found = this.scopes[at]?.names.findLast((names) => names.has(name));
      if (found) return found.get(name);
    }
    return undefined;
  }

  /** Whether a name is a parameter or comes from another module of the program, and so may stand for a package. */
  isUnknown(identifier: Identifier | undefined): boolean {
    const found = identifier && this.find(identifier.name);
    return found !== undefined && found.meaning === undefined && (found.kind === "param" || found.kind === "import");
  }

  /** Whether a name stands for what the text does not tell. */
  isVariable(identifier: Identifier | undefined): boolean {
    const found = identifier && this.find(identifier.name);
    return found !== undefined && found.meaning === undefined;
  }

  /** The package that a chain of members and calls starts from. */
  behind(node: SyntaxNode): Meaning {
    switch (node.type) {
      case "Identifier":
        return this.find(node.name)?.meaning;
      case "MemberExpression":
        return this.behind(node.object);
      case "CallExpression":
        return loadedBy(node) ?? this.behindWrapped(node) ?? this.behind(node.callee);
      case "NewExpression":
        return this.behind(node.callee);
      case "ImportExpression":
        return loadedBy(node);
      case "AwaitExpression":
        return this.behind(node.argument);
      case "ChainExpression":
        return this.behind(node.expression);
      case "SequenceExpression":
        return this.behind(node.expressions.at(-1) as SyntaxNode);
      case "LogicalExpression":
        return this.behind(node.left) ?? this.behind(node.right);
      case "AssignmentExpression":
        return this.behind(node.right);
    }
    return undefined;
  }

  /** What a call gives is mostly a value of its own, unlike a member, and then no name for the package. */
  private behindValue(node: SyntaxNode): Meaning {
    if (node.type === "AwaitExpression") return this.behindValue(node.argument);
    if (node.type === "MemberExpression") return this.behindValue(node.object);
    if (node.type === "NewExpression") return undefined;
    return node.type === "CallExpression" ? (loadedBy(node) ?? this.behindWrapped(node)) : this.behind(node);
  }

  private behindWrapped({ callee, arguments: given }: CallExpression): Meaning {
    const [first] = given;
    return first && WRAPS.test(lastNameOf(callee) ?? "") ? this.behindValue(first) : undefined;
  }
}

/** The package that a call loads: `require("x")`, `import("x")`, and what loaders make of them. */
function loadedBy(node: CallExpression | ImportExpression): Meaning {
  const isImport = node.type === "ImportExpression";
  const first = isImport ? node.source : node.arguments[0];
  const isLoader = isImport || LOADS.test(lastNameOf(node.callee) ?? "");
  return isLoader && first?.type === "Literal" ? packageName(first.value) : undefined;
}

/** The last name of a chain of members: `use` of `app.plugins.use`. */
export function lastNameOf(node: SyntaxNode | undefined): string | undefined {
  if (node?.type === "SequenceExpression") return lastNameOf(node.expressions.at(-1));
  if (node?.type === "Identifier") return node.name;
  if (node?.type !== "MemberExpression" || node.computed) return undefined;
  return node.property.type === "Identifier" ? node.property.name : undefined;
}

/** A specifier that may lead to a package. */
function packageName(specifier: unknown): Meaning {
  return typeof specifier === "string" && !/^(\.|\/|#|node:|data:)/.test(specifier) ? specifier : undefined;
}
