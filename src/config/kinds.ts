/** Kinds of settings: how each is read from the text of a variable, and checked wherever it comes from. */

export interface Kind {
  /** What a value must be, to complete "must be …". */
  readonly wanted: string;
  check(value: unknown): boolean;
  /** The value that the text of an environment variable stands for. What cannot be read is left for `check` to refuse. */
  parse(text: string): unknown;
}

const asIs = (text: string): unknown => text;

export function text(wanted: string, pattern: RegExp): Kind {
  return { wanted, check: (value) => typeof value === "string" && pattern.test(value), parse: asIs };
}

export function oneOf(...words: string[]): Kind {
  const quoted = words.map((word) => `"${word}"`);
  const wanted = [quoted.slice(0, -1).join(", "), quoted.at(-1)].join(" or ");
  return { wanted, check: (value) => words.includes(value as string), parse: asIs };
}

/** Several each once. In a variable: separated by commas. */
export function oneOrMoreOf(...words: string[]): Kind {
  const one = oneOf(...words);
  return {
    wanted: `${one.wanted}, or a list of them, each once`,
    check: (value) => {
      const list: unknown[] = [value].flat();
      return list.length > 0 && list.every((word) => one.check(word)) && new Set(list).size === list.length;
    },
    parse: (given) => (given.includes(",") ? given.split(",").map((word) => word.trim()) : given),
  };
}

export function integer(min: number, max: number, unit = ""): Kind {
  return {
    wanted: max === Infinity ? `an integer of at least ${min}${unit}` : `an integer from ${min} to ${max}${unit}`,
    check: (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
    // Number() would read "0x10" and " 5 ", too.
    parse: (given) => (/^\d+$/.test(given) ? Number(given) : given),
  };
}

export function integerOf(values: readonly number[], unit = ""): Kind {
  const { parse } = integer(0, Infinity);
  return { wanted: `one of ${values.join(", ")}${unit}`, check: (value) => values.includes(value as number), parse };
}

/** Milliseconds that a platform takes in seconds. */
export function wholeSeconds(minMs: number, maxMs: number): Kind {
  const { check, parse } = integer(minMs, maxMs);
  return {
    wanted: `whole seconds in ms, from ${minMs} to ${maxMs}`,
    check: (value) => check(value) && (value as number) % 1000 === 0,
    parse,
  };
}

export const trueOrFalse: Kind = {
  wanted: "true or false",
  check: (value) => typeof value === "boolean",
  parse: (given) => (given === "true" || given === "1" ? true : given === "false" || given === "0" ? false : given),
};

export const httpUrl: Kind = {
  wanted: 'a URL that begins with "https://" or "http://"',
  check: (value) => typeof value === "string" && /^https?:\/\//.test(value) && URL.canParse(value),
  parse: asIs,
};

/** One or several, in which a range such as `{1..16}` may stand. In a variable: separated by commas. */
export const serverUrls: Kind = {
  wanted: 'a URL that begins with "https://" or "http://", or a list of them',
  check: (value) =>
    [value].flat().length > 0 && [value].flat().every((one) => typeof one === "string" && /^https?:\/\//.test(one)),
  parse: (given) => (given.includes(",") ? given.split(",").map((one) => one.trim()) : given),
};

/** In a variable: separated by commas. */
export function listOf(item: Kind, most: number): Kind {
  return {
    wanted: `a list of at most ${most}, each ${item.wanted}`,
    check: (value) => Array.isArray(value) && value.length <= most && value.every((one) => item.check(one)),
    parse: (given) => given.split(",").map((one) => one.trim()),
  };
}

/** In a variable: JSON. */
export function texts(wanted: string, isFit: (name: string, text: string) => boolean, most = Infinity): Kind {
  return {
    wanted,
    check: (value) =>
      typeof value === "object" &&
      value !== null &&
      !Array.isArray(value) &&
      Object.keys(value).length <= most &&
      Object.entries(value).every(([name, one]) => typeof one === "string" && isFit(name, one)),
    parse: (given) => {
      try {
        return JSON.parse(given);
      } catch {
        return given;
      }
    },
  };
}
