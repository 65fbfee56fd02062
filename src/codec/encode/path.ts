/** How error paths are written: `inputs[3].a["odd key"].get(Map key #2)`. */

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
/** Steps shown at each end of a path that is longer than both. */
const SHOWN_STEPS = 20;
const LONGEST_KEY = 80;

export function propertyStep(key: string): string {
  return IDENTIFIER.test(key) && key.length <= LONGEST_KEY ? `.${key}` : `[${quote(key)}]`;
}

export function indexStep(index: number): string {
  return `[${index}]`;
}

/** What an array has under a key, be it an element or a property. */
export function elementStep(key: string): string {
  return /^\d+$/.test(key) ? `[${key}]` : propertyStep(key);
}

/** The value under a Map's key; `entry` is the position of the entry, from 0. */
export function mapValueStep(key: unknown, entry: number): string {
  if (typeof key === "string") return `.get(${quote(key)})`;
  if (typeof key === "bigint") return `.get(${key}n)`;
  return isPlainKey(key) ? `.get(${String(key)})` : `.get(Map key #${entry})`;
}

/** A Map's key itself. */
export function mapKeyStep(entry: number): string {
  return `.keys()[${entry}]`;
}

export function setStep(entry: number): string {
  return `.values()[${entry}]`;
}

function isPlainKey(key: unknown): boolean {
  return key === null || key === undefined || typeof key === "number" || typeof key === "boolean";
}

function quote(key: string): string {
  return JSON.stringify(key.length > LONGEST_KEY ? `${key.slice(0, LONGEST_KEY)}…` : key);
}

export interface Step {
  readonly parent: Step | undefined;
  readonly text: string;
}

/** The way from the root to the value being encoded. Kept only while looking for where a refusal came from. */
export class Trail {
  private parent: Step | undefined;
  private here: Step | undefined;

  /** Moves to a child of the value last entered. */
  at(text: string): void {
    this.here = { parent: this.parent, text };
  }

  /** From here on, steps are relative to where the trail stands. Gives what `leave` needs. */
  enter(): Step | undefined {
    const outer = this.parent;
    this.parent = this.here;
    return outer;
  }

  leave(outer: Step | undefined): void {
    this.here = this.parent;
    this.parent = outer;
  }

  /** State to come back to after a `resume`. */
  mark(): readonly [parent: Step | undefined, here: Step | undefined] {
    return [this.parent, this.here];
  }

  backTo([parent, here]: readonly [Step | undefined, Step | undefined]): void {
    this.parent = parent;
    this.here = here;
  }

  position(): Step | undefined {
    return this.here;
  }

  resume(step: Step | undefined): void {
    this.parent = undefined;
    this.here = step;
  }

  /** The whole path, its middle left out when it is very long. */
  describe(root: string): string {
    const texts: string[] = [];
    for (let step = this.here; step; step = step.parent) texts.push(step.text);
    texts.reverse();
    const hidden = texts.length - 2 * SHOWN_STEPS;
    if (hidden <= 0) return root + texts.join("");
    const head = texts.slice(0, SHOWN_STEPS).join("");
    return `${root}${head} …${hidden} more… ${texts.slice(-SHOWN_STEPS).join("")}`;
  }
}
