/** How a worker ended, as backends tell the host, and as a server tells a backend. */
import type { CallOutput } from "../errors.js";
import { type Check, hasFields, isCount, isFlag, isNumber, isText, orNone } from "./checks.js";
import { isOutput } from "./message-checks.js";

/** How and at which call a worker ended, as far as the backend knows. */
export interface Death {
  /**
   * `stuck`: it ran no call any more, and did not go on with the shard either. `lost`: nothing was heard of it until
   * its deadline, and nobody knows whether it ever began. `channel`: what it said was not to be understood.
   */
  kind: "timeout" | "memory" | "exit" | "signal" | "stuck" | "lost" | "channel";
  /** Index in the job of the call that ran; undefined when that is not known. */
  index: number | undefined;
  /** Whether that call surely ended the worker; else it is a suspect only. */
  certain: boolean;
  /** How often that call had been tried again on the worker; undefined when it had not. */
  retry?: number | undefined;
  /** What ran was the job's setup, and no call. */
  during?: "setup" | undefined;
  exitCode?: number | undefined;
  signal?: string | undefined;
  /** Of a lost one: how long nothing was heard, ms. */
  silentMs?: number | undefined;
  /** Of a lost one: whether it did not even begin, as far as it is known. */
  neverBegan?: boolean | undefined;
  /** Of one whose channel broke: what was wrong with it. */
  why?: string | undefined;
  /** Last lines of the worker's stderr. */
  stderr?: string | undefined;
  /** What that call, or the setup, had printed; undefined when it printed nothing, or when that is not known. */
  output?: CallOutput | undefined;
}

const KINDS: ReadonlySet<unknown> = new Set([
  "timeout",
  "memory",
  "exit",
  "signal",
  "stuck",
  "lost",
  "channel",
] satisfies Death["kind"][]);

const hasDeathFields: Check = hasFields({
  kind: (value) => KINDS.has(value),
  index: orNone(isCount),
  certain: isFlag,
  retry: orNone(isCount),
  during: orNone((value) => value === "setup"),
  exitCode: orNone(isNumber),
  signal: orNone(isText),
  silentMs: orNone(isNumber),
  neverBegan: orNone(isFlag),
  why: orNone(isText),
  stderr: orNone(isText),
  output: orNone(isOutput),
});

export function isDeath(value: unknown): value is Death {
  return hasDeathFields(value);
}
