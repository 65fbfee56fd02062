import { performance } from "node:perf_hooks";
import { BYTES } from "./hidden-members.js";
import { ACCESSOR, type StateGraph, type StateNode, type Token } from "./state-node.js";

/** The first thing in which a package here differs from a fresh copy of it. */
export interface Difference {
  /** Way to it from an export or a variable. */
  path: string;
  /** In words: what it is here, and what in a fresh copy. */
  here: string;
  fresh: string;
}

interface Pair {
  path: string;
  here: Token;
  fresh: Token;
}

/**
 * Compares what is here with a fresh copy, nearest first; roots that only one of both has do not count. Where the code here
 * `isRewritten`, texts of functions do not count either.
 */
export function firstDifference(here: StateGraph, fresh: StateGraph, isRewritten = false): Difference | undefined {
  return new Comparison(here, fresh, isRewritten).run();
}

class Comparison {
  private readonly pending: Pair[] = [];
  private readonly seen = new Set<string>();

  constructor(
    private readonly here: StateGraph,
    private readonly fresh: StateGraph,
    private readonly isRewritten: boolean,
  ) {}

  run(): Difference | undefined {
    const roots = new Map(this.fresh.roots.map(([label, token, scope]) => [keyOf(label, scope), token]));
    for (const [path, here, scope] of this.here.roots) {
      const fresh = roots.get(keyOf(path, scope));
      if (fresh !== undefined && !CACHES.test(path)) this.pending.push({ path, here, fresh });
    }
    for (const pair of this.pending) {
      const found = this.differ(pair);
      if (found) return found;
    }
    return undefined;
  }

  private differ({ path, here, fresh }: Pair): Difference | undefined {
    if (here === BEYOND || fresh === BEYOND) return undefined;
    if (typeof here === "string" || typeof fresh === "string")
      return here === fresh || isLazy(here, fresh) || isCounter(path, here, fresh) || isClock(path, here, fresh)
        ? undefined
        : this.told(path, here, fresh);
    const key = `${here} ${fresh}`;
    if (this.seen.has(key)) return undefined;
    this.seen.add(key);
    const [mine, theirs] = [this.here.nodes[here], this.fresh.nodes[fresh]];
    if (!mine || !theirs) return undefined;
    if (this.kind(mine) !== this.kind(theirs)) return this.told(path, here, fresh);
    if (mine.isCut || theirs.isCut) return undefined;
    return this.differInMembers(path, new Map(mine.members), new Map(theirs.members));
  }

  private differInMembers(
    path: string,
    mine: ReadonlyMap<string, Token>,
    theirs: ReadonlyMap<string, Token>,
  ): Difference | undefined {
    for (const [key, here] of mine) {
      const fresh = theirs.get(key);
      if ((fresh === undefined && isHidden(key)) || isLeftOut(path, key)) continue;
      if (fresh === undefined) return this.told(path + key, here, undefined);
      this.pending.push({ path: path + key, here, fresh });
    }
    const gone = [...theirs].find(([key]) => !mine.has(key) && !isHidden(key));
    return gone && this.told(path + gone[0], undefined, gone[1]);
  }

  private kind({ is }: StateNode): string {
    return this.isRewritten && is.startsWith(FUNCTION) ? FUNCTION : is;
  }

  private told(path: string, here: Token | undefined, fresh: Token | undefined): Difference {
    return { path, here: inWords(this.here, here), fresh: inWords(this.fresh, fresh) };
  }
}

/** What the kind of a function starts with; a digest of its text follows. */
const FUNCTION = "function ";

function keyOf(label: string, scope = ""): string {
  return `${label} of ${scope}`;
}

/** Variables that fill up by mere use, by the names that people give them. */
const CACHES = /^\S*(cache|memo)\S* in /i;

/** What is read only with the variables: see `StateGraph`. */
function isHidden(key: string): boolean {
  return key.startsWith(" ");
}

const BEYOND = "beyond";

/** Pools of bytes in variables, and caches in those of a closure: they change by mere use. */
function isLeftOut(path: string, key: string): boolean {
  return key === BYTES ? / in /.test(path) : CACHES_OF_CLOSURES.test(key);
}

const CACHES_OF_CLOSURES = /^ \(\S*(cache|memo)\S*\)$/i;

/** A number that goes up by mere use, by the names that people give them; not one that a module exports for programs to read. */
function isCounter(path: string, here: Token, fresh: Token): boolean {
  if (EXPORT.test(path)) return false;
  return (
    COUNTS.test(nameIn(path)) &&
    Number.isInteger(Number(here)) &&
    Number.isInteger(Number(fresh)) &&
    Number(here) > Number(fresh)
  );
}

const EXPORT = /\.[cm]?js\.\w+$/;

const COUNTS = /(id|guid|uid|count|counter|index|seq|sequence|serial|next|number|tick|runs?|calls?|hits?|misses)s?$/i;

/**
 * When a package was loaded is another time in each process: in ms since 1970, or by a clock under such a name, whose fractions
 * nobody writes by hand. A time that the program has set lies seldom within the life of its process.
 */
function isClock(path: string, here: Token, fresh: Token): boolean {
  const times = [Number(here), Number(fresh)];
  if (times.every((one) => one >= STARTED_MS && Number.isFinite(one))) return true;
  return TIMES.test(nameIn(path)) && times.every((one) => one > 0 && !Number.isInteger(one * ROUNDED_BY_HAND));
}

/** Of this process, ms since 1970; that which loads the fresh copy starts later. */
const STARTED_MS = performance.timeOrigin;
/** People write two digits behind the point. */
const ROUNDED_BY_HAND = 100;
const TIMES = /(time|timestamp|timeorigin|origin|start|started|startedat|now|stamp|clock|loaded|loadedat)$/i;

/** The last name in a path. */
function nameIn(path: string): string {
  return /(\w+)\)?(?: in \S+)?$/.exec(path)?.[1] ?? "";
}

/** A getter that has put its value in its own place. */
function isLazy(here: Token, fresh: Token): boolean {
  return fresh === ACCESSOR && here !== ACCESSOR;
}

function inWords({ nodes }: StateGraph, token: Token | undefined): string {
  if (token === undefined) return "not there";
  if (typeof token === "string") return token;
  const kind = nodes[token]?.is ?? "an object";
  if (kind.startsWith(FUNCTION)) return "a function";
  return kind.replace(/^\[object Object\]/, "an object").replace(/^\[object (\w+)\]/, "a $1");
}
