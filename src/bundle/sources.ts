/** What the text of a package's file tells: whether one file with all code in it would do what the file does by itself. */
import { type Options, parse } from "acorn";

interface SyntaxNode {
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: syntax trees are read by field name
  [field: string]: any;
}

const OPTIONS: Options = { ecmaVersion: "latest", allowHashBang: true, allowReturnOutsideFunction: true };

/** Longer texts are not parsed, which would take a second for some megabytes: what only looks like a reason counts. */
const MAX_PARSED_LENGTH = 1024 * 1024;

/** Undefined for what is no JavaScript; esbuild then tells what is wrong. */
function parsed(source: string): SyntaxNode | undefined {
  for (const sourceType of ["module", "script"] as const) {
    try {
      return parse(source, { ...OPTIONS, sourceType });
    } catch {}
  }
  return undefined;
}

const WHERE = "asks where its files lie";
const COMPUTED = "loads modules by names that are computed";
const TEXT = "runs code that is made as text";

/** `require("name")`, which esbuild follows, and the question whether there is a `require`, which it answers alike. */
const PLAIN_REQUIRE = /\brequire\s*\(\s*(["'])[^"'\n]*\1\s*\)|\btypeof require\b/g;
const MAYBE = /\b(__dirname|__filename|createRequire|require|eval|import\s*\.\s*meta|import\s*\(\s*[^"'\s])/;

/** Why the file works in its own place alone, as the end of a sentence that names it; undefined when it does anywhere. */
export function reasonForPlace(source: string): string | undefined {
  if (!MAYBE.test(source.replace(PLAIN_REQUIRE, ""))) return undefined;
  const root = source.length > MAX_PARSED_LENGTH ? undefined : parsed(source);
  return root ? reasonIn(root) : WHERE;
}

function reasonIn(root: SyntaxNode): string | undefined {
  const pending: [node: SyntaxNode, parent: SyntaxNode | undefined][] = [[root, undefined]];
  for (;;) {
    const next = pending.pop();
    if (!next) return undefined;
    const reason = reasonOf(...next);
    if (reason) return reason;
    const [node] = next;
    for (const value of Object.values(node))
      for (const child of Array.isArray(value) ? value : [value])
        if (typeof child?.type === "string") pending.push([child, node]);
  }
}

function reasonOf(node: SyntaxNode, parent: SyntaxNode | undefined): string | undefined {
  if (node.type === "MetaProperty") return node.property.name === "meta" ? WHERE : undefined;
  if (node.type === "ImportExpression") return isText(node.source) ? undefined : COMPUTED;
  if (node.type !== "Identifier" || !parent || isOnlyName(node, parent)) return undefined;
  switch (node.name) {
    case "__dirname":
    case "__filename":
    case "createRequire":
      return WHERE;
    case "require":
      return reasonOfRequire(node, parent);
    case "eval":
      // Called directly, it sees the module's own require.
      return parent.type === "CallExpression" && parent.callee === node ? TEXT : undefined;
    default:
      return undefined;
  }
}

function reasonOfRequire(node: SyntaxNode, parent: SyntaxNode): string | undefined {
  if (parent.type === "MemberExpression") return WHERE;
  const isPlain = parent.type === "CallExpression" && parent.callee === node && isText(parent.arguments[0]);
  const isAsked = parent.type === "UnaryExpression" && parent.operator === "typeof";
  return isPlain || isAsked ? undefined : COMPUTED;
}

function isText(node: SyntaxNode | undefined): boolean {
  return node?.type === "Literal" && typeof node.value === "string";
}

/** The name of a property, a parameter or an exported binding, and no use of the variable. */
function isOnlyName(node: SyntaxNode, parent: SyntaxNode): boolean {
  switch (parent.type) {
    case "MemberExpression":
      return parent.property === node && !parent.computed;
    case "Property":
    case "PropertyDefinition":
    case "MethodDefinition":
      return parent.key === node && !parent.computed && !parent.shorthand;
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return parent.params.includes(node);
    case "ImportSpecifier":
    case "ExportSpecifier":
      return true;
    default:
      return false;
  }
}

/** Whether the file names the module only where it catches that the module cannot be loaded. */
export function isGuarded(source: string, specifier: string): boolean {
  const root = parsed(source);
  const uses: boolean[] = [];
  const visit = (node: SyntaxNode, isCaught: boolean): void => {
    if (node.type === "Literal" && node.value === specifier) uses.push(isCaught);
    for (const [field, value] of Object.entries(node))
      for (const child of Array.isArray(value) ? value : [value])
        if (typeof child?.type === "string")
          visit(child, isCaught || (node.type === "TryStatement" && node.handler !== null && field === "block"));
  };
  if (root) visit(root, false);
  return uses.length > 0 && uses.every(Boolean);
}

/** A file beside the code that is opened by a path made of the code's own. */
const OPENS_BESIDE =
  /\b(readFile|readFileSync|createReadStream|open|openSync|readdir|readdirSync|Worker|dlopen|fork)\s*\([^;]{0,160}(__dirname|__filename|import\.meta)/;

export function opensBeside(source: string): boolean {
  return OPENS_BESIDE.test(source);
}

const BESIDE = /\bnew\s+URL\s*\(\s*(["'])(\.{1,2}\/[^"'\n]+)\1\s*,\s*import\.meta\.url\s*\)/g;

/** Files that the module names by `new URL("./name", import.meta.url)`, each as written. */
export function filesBeside(source: string): string[] {
  return Array.from(source.matchAll(BESIDE), ([, , name]) => name as string);
}
