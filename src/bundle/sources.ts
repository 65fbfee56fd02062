/** What the text of a package's file tells, beyond what esbuild looks for. */
import { readFile } from "node:fs/promises";
import { type Options, parse } from "acorn";

interface SyntaxNode {
  type: string;
  start: number;
  end: number;
  // biome-ignore lint/suspicious/noExplicitAny: syntax trees are read by field name
  [field: string]: any;
}

const OPTIONS: Options = { ecmaVersion: "latest", allowHashBang: true, allowReturnOutsideFunction: true };

/** Undefined for what is no JavaScript; esbuild then tells what is wrong. */
function parsed(source: string): SyntaxNode | undefined {
  for (const sourceType of ["module", "script"] as const) {
    try {
      return parse(source, { ...OPTIONS, sourceType });
    } catch {}
  }
  return undefined;
}

function eachNode(root: SyntaxNode, visit: (node: SyntaxNode, parents: readonly SyntaxNode[]) => void): void {
  const walk = (node: SyntaxNode, parents: readonly SyntaxNode[]): void => {
    visit(node, parents);
    const inner = [...parents, node];
    for (const value of Object.values(node))
      for (const child of Array.isArray(value) ? value : [value])
        if (typeof child?.type === "string") walk(child, inner);
  };
  walk(root, []);
}

/** Whether the file names the module only where it catches that the module cannot be loaded. */
export async function isGuarded(file: string, specifier: string): Promise<boolean> {
  const root = parsed(await readFile(file, "utf8").catch(() => ""));
  if (!root) return false;
  const uses: boolean[] = [];
  eachNode(root, (node, parents) => {
    if (node.type !== "Literal" || node.value !== specifier) return;
    const chain = [...parents, node];
    uses.push(chain.some((one, index) => one.type === "TryStatement" && one.handler && chain[index + 1] === one.block));
  });
  return uses.length > 0 && uses.every(Boolean);
}

const MAKES_REQUIRE = /createRequire\s*\(\s*import\.meta\.url\s*\)/;

export function makesRequire(source: string): boolean {
  return MAKES_REQUIRE.test(source);
}

/**
 * The source with a plain `require` in place of one that the module made for itself, which esbuild would not follow.
 * Every line stays where it is.
 */
export function withoutCreateRequire(source: string): string {
  const root = parsed(source);
  if (!root) return source;
  const edits: { start: number; end: number; text: string }[] = [];
  eachNode(root, (node, parents) => {
    if (!isOwnRequire(node)) return;
    const parent = parents.at(-1) as SyntaxNode;
    if (parent.type === "CallExpression" && parent.callee === node) edits.push({ ...span(node), text: "require" });
    const declaration = parents.at(-2);
    const isPlain = parent.type === "VariableDeclarator" && parent.id.name === "require";
    if (isPlain && declaration?.declarations.length === 1) edits.push({ ...span(declaration), text: ";" });
  });
  return edits.reduceRight((text, { start, end, text: by }) => {
    const lines = text.slice(start, end).replace(/[^\n]/g, "");
    return text.slice(0, start) + by + lines + text.slice(end);
  }, source);
}

function span({ start, end }: SyntaxNode) {
  return { start, end };
}

/** `createRequire(import.meta.url)`, and `module.createRequire(…)`. */
function isOwnRequire({ type, callee, arguments: given }: SyntaxNode): boolean {
  if (type !== "CallExpression" || (callee.property ?? callee).name !== "createRequire") return false;
  const [base] = given;
  return given.length === 1 && base.object?.type === "MetaProperty" && base.property.name === "url";
}

/** A file beside the code that is opened by a path made of the code's own: such files do not travel. */
const OPENS_BESIDE =
  /\b(readFile|readFileSync|createReadStream|open|openSync|readdir|readdirSync|Worker|dlopen|fork)\s*\([^;]{0,160}(__dirname|__filename|import\.meta)/;

export function opensBeside(source: string): boolean {
  return OPENS_BESIDE.test(source);
}
