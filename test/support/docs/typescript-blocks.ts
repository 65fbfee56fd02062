/** Checks the types of all blocks of TypeScript in one program, against the built declarations. */
import { join } from "node:path";
import ts from "typescript";
import { root } from "../run-script.js";
import { type Block, placeOf } from "./pages.js";

/** Names that a reader of a page has at hand, such as inputs and a function of their own. */
const READERS_OWN = join(root, "test/fixtures/docs/readers-own.d.ts");

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  // The package's test checks the declarations themselves.
  skipLibCheck: true,
};

export interface CheckedBlock extends Block {
  /** What the compiler says of it, with the lines of the page. */
  errors: string[];
  /** Names of `readers-own.d.ts` that it uses; where there are none, it is a whole program. */
  given: Set<string>;
}

export interface CheckedBlocks {
  blocks: CheckedBlock[];
  /** All names of `readers-own.d.ts`. */
  known: Set<string>;
}

/** Each block is a module of its own; the names of `readers-own.d.ts` are global in all of them. */
export function checkTypes(blocks: readonly Block[]): CheckedBlocks {
  const files = new Map(blocks.map((block) => [fileOf(block), block]));
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists, readFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => {
    const block = files.get(name);
    // A module needs an import or an export, which not each block has.
    return block ? `${block.code}\nexport {};\n` : readFile(name);
  };
  const program = ts.createProgram([READERS_OWN, ...files.keys()], OPTIONS, host);
  const readersOwn = program.getSourceFile(READERS_OWN) as ts.SourceFile;
  return {
    blocks: [...files].map(([name, block]) => {
      const source = program.getSourceFile(name) as ts.SourceFile;
      return { ...block, errors: errorsOf(program, source, block), given: givenNames(program, source, readersOwn) };
    }),
    known: declaredNames(readersOwn),
  };
}

/** Within the package, so that it finds itself by its name. */
function fileOf({ page, line }: Block): string {
  return join(root, "test/fixtures/docs", `${page.replaceAll(/\W/g, "-")}-${line}.ts`);
}

function errorsOf(program: ts.Program, source: ts.SourceFile, block: Block): string[] {
  const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  return found.map(({ start = 0, messageText }) => {
    const { line } = source.getLineAndCharacterOfPosition(start);
    return `${placeOf(block, line)} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}

function givenNames(program: ts.Program, source: ts.SourceFile, readersOwn: ts.SourceFile): Set<string> {
  const checker = program.getTypeChecker();
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    // Of a shorthand, as in { executor }, the name itself is that of the new property.
    const symbol = ts.isShorthandPropertyAssignment(node)
      ? checker.getShorthandAssignmentValueSymbol(node)
      : checker.getSymbolAtLocation(node);
    if (symbol?.declarations?.some((one) => one.getSourceFile() === readersOwn)) found.add(symbol.name);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function declaredNames(readersOwn: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  for (const statement of readersOwn.statements) {
    if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations) names.add(name.getText(readersOwn));
    else if (ts.isFunctionDeclaration(statement)) names.add(statement.name?.text ?? "");
  }
  return names;
}
