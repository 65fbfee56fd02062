/**
 * The smallest program that still fails: subtrees are replaced by trivial ones, the largest first, and lists lose items.
 * Candidates are tried many at a time, since each try takes two processes.
 */
import type { Verdict } from "../harness/verdict.js";
import type { Program } from "./arbitrary.js";

/** Candidates of a round: enough that most rounds find one, few enough that a round takes a second. */
const AT_ONCE = 30;
const LIMIT_MS = 90_000;

type Node = { [key: string]: unknown };
type Path = (string | number)[];

const LITERAL = { type: "literal", text: "0" };
const TRIVIAL: Record<string, Node> = {
  fn: { type: "fn", form: "arrow", params: [], body: [], result: LITERAL, props: [] },
  cls: { type: "cls", parent: null, base: "", fields: [], methods: [], named: true },
};
const STATEMENTS = new Set([
  "declare",
  "destructure",
  "take",
  "run",
  "configure",
  "declareFn",
  "declareClass",
  "if",
  "for",
  "try",
  "block",
  "switch",
]);

export interface Shrunk {
  program: Program;
  verdict: Verdict;
}

type JudgeAll = (programs: Program[]) => Promise<Verdict[]>;

export async function shrink(start: Program, verdict: Verdict, judgeAll: JudgeAll): Promise<Shrunk> {
  const end = Date.now() + LIMIT_MS;
  let found: Shrunk = { program: start, verdict };
  while (Date.now() < end) {
    const next = await smallerOf(found, judgeAll, end);
    if (!next) break;
    found = next;
  }
  return found;
}

/** The first candidate with the same outcome. */
async function smallerOf({ program, verdict }: Shrunk, judgeAll: JudgeAll, end: number): Promise<Shrunk | undefined> {
  const candidates = candidatesOf(program);
  for (let at = 0; at < candidates.length && Date.now() < end; at += AT_ONCE) {
    const batch = candidates.slice(at, at + AT_ONCE);
    const verdicts = await judgeAll(batch);
    const i = verdicts.findIndex(({ outcome }) => outcome === verdict.outcome);
    if (i >= 0) return { program: batch[i] as Program, verdict: verdicts[i] as Verdict };
  }
  return undefined;
}

/** Smaller programs, the smallest first. */
function candidatesOf(program: Program): Program[] {
  const found = new Map<string, Program>();
  const add = (path: Path, value: unknown) => {
    const changed = replaced(program, path, value) as Program;
    found.set(JSON.stringify(changed), changed);
  };
  visit(program, [], add);
  const size = JSON.stringify(program).length;
  const smaller = [...found].filter(([text]) => text.length < size);
  return smaller.sort(([a], [b]) => a.length - b.length).map(([, one]) => one);
}

function visit(value: unknown, path: Path, add: (path: Path, value: unknown) => void): void {
  if (Array.isArray(value)) {
    if (value.length > 1) add(path, []);
    for (const [i, item] of value.entries()) {
      add(path, value.toSpliced(i, 1));
      visit(item, [...path, i], add);
    }
  } else if (typeof value === "object" && value !== null) {
    for (const simpler of simplerNodes(value as Node, path)) add(path, simpler);
    for (const [key, inner] of Object.entries(value)) visit(inner, [...path, key], add);
  }
}

/** A node's place may hold any expression, or only a function or a class. */
function simplerNodes(node: Node, path: Path): unknown[] {
  const { type } = node;
  if (typeof type !== "string" || STATEMENTS.has(type)) return [];
  const place = path.at(-1);
  if (place === "fn" || place === "shipped" || place === "get") return [TRIVIAL.fn];
  if (place === "cls") return [TRIVIAL.cls];
  const inside = Object.values(node).flat().filter(isExpression);
  return [LITERAL, ...(type === "fn" || type === "cls" ? [TRIVIAL[type]] : []), ...inside];
}

const isExpression = (value: unknown) =>
  typeof value === "object" && value !== null && "type" in value && !STATEMENTS.has(String(value.type));

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.with(Number(key), replaced(value[Number(key)], rest, by));
  return { ...(value as Node), [key]: replaced((value as Node)[key], rest, by) };
}
