/** The pages of the documentation, and the blocks of code in them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import MarkdownIt from "markdown-it";
import { root } from "../run-script.js";

export interface Block {
  /** Path of the page, from the package's folder. */
  page: string;
  /** Line of the page on which the code begins, from 1 on. */
  line: number;
  /** First word behind the fence; `indented` where there is no fence, and so no word. */
  language: string;
  code: string;
}

const markdown = new MarkdownIt({ html: true });

/** Paths of all pages, from the package's folder. */
export function pages(): string[] {
  const below = (folder: string) => readdirSync(join(root, folder)).filter((name) => name.endsWith(".md"));
  return ["README.md", "CONTRIBUTING.md", "benchmarks/README.md", ...below("docs").map((name) => `docs/${name}`)];
}

export function textOf(page: string): string {
  return readFileSync(join(root, page), "utf8");
}

/** The blocks of a page in their order. */
export function blocksOf(page: string, text = textOf(page)): Block[] {
  return markdown.parse(text, {}).flatMap(({ type, map, info, content: code }) => {
    const [line = 0] = map ?? [];
    if (type === "fence") return [{ page, line: line + 2, language: info.trim().split(/\s+/)[0] ?? "", code }];
    return type === "code_block" ? [{ page, line: line + 1, language: "indented", code }] : [];
  });
}

/** Texts between backticks in a page's sentences. */
export function inlineCodeOf(page: string): string[] {
  return markdown
    .parse(textOf(page), {})
    .flatMap(({ children }) => children ?? [])
    .filter(({ type }) => type === "code_inline")
    .map(({ content }) => content);
}

export interface Link {
  page: string;
  /** As written. */
  to: string;
}

/** Links of a page to other places of the documentation, or of the repository. */
export function linksOf(page: string): Link[] {
  return markdown
    .parse(textOf(page), {})
    .flatMap(({ children }) => children ?? [])
    .filter(({ type }) => type === "link_open")
    .map((token) => ({ page, to: String(token.attrGet("href")) }))
    .filter(({ to }) => !/^https?:/.test(to));
}

/** Anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(page: string): Set<string> {
  const tokens = markdown.parse(textOf(page), {});
  const headings = tokens.filter((_, i) => tokens[i - 1]?.type === "heading_open");
  return new Set(headings.map(({ children }) => slugOf((children ?? []).map(({ content }) => content).join(""))));
}

function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** Page and line, as editors take them; lines of a block count from 0. */
export function placeOf({ page, line }: Block, lineOfBlock = 0): string {
  return `${page}:${line + lineOfBlock}`;
}
