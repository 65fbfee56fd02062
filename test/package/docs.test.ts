/** Every block of code in the documentation: TypeScript has its types checked, commands and configurations are parsed. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadConfig } from "../../src/config/load.js";
import { cliPage } from "../support/docs/cli-page.js";
import {
  anchorsOf,
  type Block,
  blocksOf,
  inlineCodeOf,
  linksOf,
  pages,
  placeOf,
  textOf,
} from "../support/docs/pages.js";
import { problemOf } from "../support/docs/shell-blocks.js";
import { checkTypes } from "../support/docs/typescript-blocks.js";
import { root, runTypeScript } from "../support/run-script.js";

/** Languages of blocks, with what a test does about them. */
const LANGUAGES = ["ts", "sh", "json", "text", "indented"];

const HELP = `Each block begins with its language: ts (types are checked; import what is nodewren's, and declare what is a
reader's own in test/fixtures/docs/readers-own.d.ts), sh (commands and options must exist), json (must parse), or text (output, diagrams).`;

const blocks = pages().flatMap((page) => blocksOf(page));
const inLanguage = (language: string) => blocks.filter((block) => block.language === language);
const folder = mkdtempSync(join(tmpdir(), "nodewren-docs-"));
const project = join(folder, "project");

beforeAll(() => {
  mkdirSync(join(project, "node_modules"), { recursive: true });
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
  symlinkSync(root, join(project, "node_modules/nodewren"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("each block is in a language that is checked", () => {
  const unknown = blocks.filter(({ language }) => !LANGUAGES.includes(language));
  expect(
    unknown.map((block) => placeOf(block)),
    HELP,
  ).toEqual([]);
  const counts = LANGUAGES.map((language) => [language, inLanguage(language).length] as const);
  console.log(`${blocks.length} blocks on ${pages().length} pages: ${counts.map((one) => one.join(" ")).join(", ")}`);
  for (const [language, count] of counts) expect(count, `blocks in ${language}`).toBeGreaterThan(0);
});

it("blocks of TypeScript have the types that the package declares", () => {
  const { blocks: checked, known } = checkTypes(inLanguage("ts"));
  expect(checked.length).toBe(inLanguage("ts").length);
  expect(
    checked.flatMap(({ errors }) => errors),
    HELP,
  ).toEqual([]);
  const given = new Set(checked.flatMap(({ given }) => [...given]));
  expect(
    [...known].filter((name) => !given.has(name)),
    "names in readers-own.d.ts that no block uses",
  ).toEqual([]);
});

it("commands in blocks exist, with their options", () => {
  const lines = inLanguage("sh").flatMap((block) =>
    block.code.split("\n").map((line, i) => ({ place: placeOf(block, i), line })),
  );
  expect(lines.flatMap(({ place, line }) => (problemOf(line) ? [`${place} ${line}: ${problemOf(line)}`] : []))).toEqual(
    [],
  );
});

it("the page of commands is what the command line knows; UPDATE_DOCS=1 writes it anew", () => {
  const page = join(root, "docs/cli.md");
  if (process.env.UPDATE_DOCS) writeFileSync(page, cliPage());
  expect(textOf("docs/cli.md"), "UPDATE_DOCS=1 npx vitest run test/package/docs.test.ts writes it").toBe(cliPage());
});

it("scripts that sentences name exist", () => {
  const named = pages().flatMap((page) => inlineCodeOf(page).filter((code) => /^npm (run [\w:]+|test)$/.test(code)));
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((line) => problemOf(line))).toEqual([]);
});

it("commands that sentences name exist, with the options that they have there", () => {
  const named = pages().flatMap((page) => inlineCodeOf(page).filter((code) => /^(npx )?nodewren /.test(code)));
  expect(named.length).toBeGreaterThan(20);
  const problems = named.map((line) => [line, problemOf(line)]);
  // A sentence may leave out what a command is given.
  expect(problems.filter(([, problem]) => problem && !/missing required argument/.test(problem))).toEqual([]);
});

it("blocks of JSON can be read, and configurations have no setting that there is not", () => {
  for (const block of inLanguage("json")) {
    const value = JSON.parse(block.code);
    if (!("backend" in value)) continue;
    const file = join(folder, "nodewren.config.json");
    writeFileSync(file, block.code);
    expect(loadConfig({ file, env: {} }).file, placeOf(block)).toBe(file);
  }
});

/** Without ids, numbers and the units of times, which differ from run to run. */
const shapeOf = (text: string) =>
  text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "#")
    .replaceAll(/\d[\d.,]*( m?s\b)?/g, "#")
    .replaceAll(/\b(worker|shard|call)s\b/g, "$1")
    .split("\n")
    .map((line) => line.trim());

/** What a reader sets up first, as the page says: servers, hosts, images, buckets. Tests of the backends and stores have real ones. */
const ELSEWHERE =
  /\b(?:containers|ssh|slurm)\(|\bnew (?:Http|Lambda|Command)Backend\(|\b(?:Azure|Gcs|S3)\w*Store\(|"(?:s3|gs|azure):/;

/** Programs that need nothing of a reader's own, with the output that stands right below them. The recipes have a test of their own. */
function wholePrograms(): { program: Block; output: string }[] {
  const { blocks: checked } = checkTypes(inLanguage("ts"));
  return checked
    .filter(({ given, code }) => given.size === 0 && /\bawait\b/.test(code) && !ELSEWHERE.test(code))
    .filter(({ page }) => page !== "docs/recipes.md")
    .map((program) => {
      const next = blocks[blocks.findIndex((block) => placeOf(block) === placeOf(program)) + 1];
      return { program, output: next?.page === program.page && next.language === "text" ? next.code : "" };
    });
}

if (process.env.RUN_BLOCKS)
  it("whole programs run, and print what stands below them", async () => {
    const programs = wholePrograms();
    expect(programs.filter(({ program }) => program.page === "README.md")).toHaveLength(2);
    for (const { program, output } of programs) {
      const file = join(project, `line-${program.line}.ts`);
      writeFileSync(file, program.code);
      const { code, stdout, stderr } = await runTypeScript(file);
      expect({ code, stderr }, placeOf(program)).toEqual({ code: 0, stderr: "" });
      expect(shapeOf(stdout), placeOf(program)).toEqual(expect.arrayContaining(shapeOf(output)));
    }
    console.log(`${programs.length} programs ran: ${programs.map(({ program }) => placeOf(program)).join(", ")}`);
  }, 240_000);

it("output is marked as text, and code is not", () => {
  const isCode = ({ code }: Block) => /^import .* from "|^(?:const|await|for|npx|npm|nodewren) /m.test(code);
  const hidden = [...inLanguage("text"), ...inLanguage("indented")].filter(isCode);
  expect(
    hidden.map((block) => placeOf(block)),
    HELP,
  ).toEqual([]);
});

it("links lead to files and headings that exist", () => {
  const broken = pages()
    .flatMap(linksOf)
    .filter(({ page, to }) => {
      const [path = "", anchor] = to.split("#");
      const target = path === "" ? page : normalize(join(dirname(page), path));
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchorsOf(target).has(anchor);
    });
  expect(broken).toEqual([]);
});

it("the README has the commands for a fresh clone", () => {
  const commands = inLanguage("sh")
    .filter(({ page }) => page === "README.md")
    .flatMap(({ code }) => code.split("\n"))
    .map((line) => line.replace(/ +#.*/, ""));
  expect(commands).toEqual(
    expect.arrayContaining(["npm install nodewren", "npm install && npm run demo", "npm install && npm test"]),
  );
});

it("each example is run by a test", () => {
  const examples = readdirSync(join(root, "examples")).filter((name) => name.endsWith(".ts"));
  const tests = readdirSync(join(root, "test/e2e")).map((name) => readFileSync(join(root, "test/e2e", name), "utf8"));
  expect(examples.length).toBeGreaterThan(10);
  expect(examples.filter((name) => !tests.some((text) => text.includes(`examples/${name}`)))).toEqual([]);
});

it("examples that pages name exist", () => {
  const named = pages().flatMap((page) => textOf(page).match(/\bexamples\/[\w/.-]+\.(?:ts|ipynb)\b/g) ?? []);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
