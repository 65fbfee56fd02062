/** The recipes: scripts in `examples/recipes`, each with its title, its text, and what it prints; and the page that is made of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../run-script.js";

export const RECIPES_FOLDER = "examples/recipes";

/** Names of the scripts in the order of the page, by the headings that they stand below. */
export const RECIPES: Record<string, readonly string[]> = {
  "Work that computes": ["resize", "monte-carlo", "grid-search", "cross-validation", "parallel-for", "broadcast"],
  "Work that waits": ["fetch-urls", "flaky-api", "shell"],
  "Files and data": ["csv-files", "write-jsonl", "word-count", "stages", "generator", "web-stream"],
  "Jobs and errors": ["first-hit", "errors", "progress", "resume", "cache", "nested", "environment", "speed-up"],
};

const INTRODUCTION = `# Recipes

Each recipe is a whole script. Save it as \`recipe.ts\`, and run it with \`npx tsx recipe.ts\`, or with \`node recipe.ts\` from Node 24 on. All run on this machine within
seconds; with \`NODEWREN_BACKEND=lambda\` the same functions run [on AWS Lambda](aws.md), except where they read files or servers of this
machine. The scripts are in \`${RECIPES_FOLDER}\`, and a test compares what they print.
`;

export interface Recipe {
  title: string;
  /** Sentences in Markdown. */
  text: string;
  code: string;
  /** What it prints. */
  output: string;
}

/** Reads a script whose first comment is title, an empty line and text, and whose last one begins with "Prints:". */
export function readRecipe(name: string): Recipe {
  const source = readFileSync(join(root, RECIPES_FOLDER, `${name}.ts`), "utf8");
  const [, head, code, output] = /^((?:\/\/[^\n]*\n)+)(.+)\n\/\/ Prints:\n((?:\/\/[^\n]*\n)+)$/s.exec(source) ?? [];
  if (head === undefined || code === undefined || output === undefined)
    throw new Error(
      `${name}.ts must begin with a comment of title and text, and end with a comment "// Prints:" and what it prints.`,
    );
  if (!code.startsWith("import ")) throw new Error(`${name}.ts has no import of nodewren behind its first comment.`);
  const [title = "", , ...text] = uncommented(head).split("\n");
  return { title, text: text.join("\n").trim(), code: code.trim(), output: uncommented(output) };
}

function uncommented(lines: string): string {
  return lines.replace(/^\/\/ ?/gm, "");
}

/** The page as it must be in `docs/recipes.md`. */
export function recipesPage(): string {
  const sections = Object.entries(RECIPES).map(([heading, names]) =>
    [`## ${heading}\n`, ...names.map(sectionOf)].join("\n"),
  );
  return [INTRODUCTION, ...sections].join("\n");
}

function sectionOf(name: string): string {
  const { title, text, code, output } = readRecipe(name);
  return `### ${title}\n\n${text}\n\n\`\`\`ts\n${code}\n\`\`\`\n\nIt prints:\n\n\`\`\`text\n${output}\`\`\`\n`;
}
