/** How options of stores in a network are checked, in the words of the store that is made. */
import type { Agent } from "node:http";
import { OptionError, StoreError } from "../errors.js";
import { isAgent } from "../util/agents.js";
import { didYouMean } from "../util/did-you-mean.js";
import { checkPrefix } from "./keys.js";

/** Each returns the value, or undefined where it was not given, and throws `OptionError` for one of another kind. */
export class OptionChecks {
  readonly #store: string;

  /** @param store the class's name */
  constructor(store: string) {
    this.#store = store;
  }

  /** Throws `OptionError` unless it is an object with options of these names. */
  names(options: object, known: object, example: string): void {
    if (typeof options !== "object" || options === null)
      throw new OptionError(
        "options",
        `new ${this.#store}() takes an object, such as ${example}, but got ${shown(options)}.`,
      );
    const names = Object.keys(known);
    for (const name of Object.keys(options))
      if (!names.includes(name))
        throw new OptionError(
          name,
          `new ${this.#store}() has no option ${name}. ${didYouMean(name, names)}It has: ${names.join(", ")}.`,
        );
  }

  /** What all keys begin with: empty, or with a slash at its end. */
  prefix(given: unknown): string {
    const prefix = this.text("prefix", given === "" ? undefined : given) ?? "";
    const closed = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
    try {
      checkPrefix(closed);
      return closed;
    } catch (error) {
      if (error instanceof StoreError)
        throw this.wrong("prefix", 'segments joined by "/", none of them empty, "." or ".."', given);
      throw error;
    }
  }

  /** That of a server. A URL with more than a place may hold secrets, which would be stored; so it is not shown, either. */
  endpoint(given: unknown, name = "endpoint"): string | undefined {
    const endpoint = this.text(name, given);
    if (endpoint === undefined) return undefined;
    const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
    if (url && (url.search || url.hash || url.username || url.password))
      throw new OptionError(
        name,
        `Option ${name} of new ${this.#store}() must be the server's address alone, as it is stored with each job: without a user, a token or anything else behind it.`,
      );
    if (url && /^https?:$/.test(url.protocol)) return endpoint;
    throw this.wrong(name, 'a URL, such as "http://127.0.0.1:9000"', endpoint);
  }

  text(name: string, value: unknown): string | undefined {
    if (value === undefined || (typeof value === "string" && value !== "")) return value;
    throw this.wrong(name, "a text that is not empty", value);
  }

  flag(name: string, value: unknown): boolean | undefined {
    if (value === undefined || typeof value === "boolean") return value;
    throw this.wrong(name, "true or false", value);
  }

  integer(name: string, value: unknown, min: number, max: number): number | undefined {
    if (value === undefined) return undefined;
    if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
    throw this.wrong(name, `an integer from ${min} to ${max}`, value);
  }

  agent(given: unknown): Agent | undefined {
    if (given === undefined || isAgent(given)) return given;
    throw this.wrong("agent", "an agent of Node, such as new https.Agent()", given);
  }

  wrong(name: string, wanted: string, value: unknown): OptionError {
    return new OptionError(name, `Option ${name} of new ${this.#store}() must be ${wanted}, but is ${shown(value)}.`);
  }
}

export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
