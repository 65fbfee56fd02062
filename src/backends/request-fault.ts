/** What it means for a shard that the request which carries it failed, and what the system's errors say of that. */

export interface RequestFault {
  /**
   * `throttled`: the platform has no room now. `busy`: it is failing, or was not reached. `lost`: the request was sent, and
   * no answer came. `final`: another try would fail the same way.
   */
  kind: "throttled" | "busy" | "lost" | "final";
  /** What failed, then the hint. */
  message: string;
  /** Whether the shard may have been started. */
  mayHaveRun: boolean;
  /** Time that the platform asks to wait, ms. */
  retryAfterMs?: number | undefined;
}

/** What a connection that failed gives, as far as it matters here. */
export interface ConnectionError {
  name?: string;
  code?: string;
  /** What the system was asked for, `connect` for one. */
  syscall?: string;
  /** Of an attempt to connect to each address of a name. */
  errors?: unknown[];
  message?: string;
}

/** The request never left: no name, no connection. */
const UNSENT_CODES = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "EMFILE",
  "ENFILE",
]);

/** Sent on a connection that then broke or stayed silent. */
const LOST_CODES = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "ECONNABORTED"]);

export function isUnsent({ code = "", syscall, errors, message = "" }: ConnectionError): boolean {
  if (UNSENT_CODES.has(code) || syscall === "connect" || errors !== undefined) return true;
  return message.includes("before secure TLS connection");
}

export function isLost({ code = "" }: ConnectionError): boolean {
  return LOST_CODES.has(code);
}

export function final(message: string): RequestFault {
  return { kind: "final", message, mayHaveRun: false };
}

export function busy(message: string, mayHaveRun: boolean): RequestFault {
  return { kind: "busy", message, mayHaveRun };
}

/** @param whom who was handed the shard; @param how what became of the answer */
export function lost(whom: string, how: string): RequestFault {
  const message = `The shard was handed to ${whom}, but ${how}: it may run, or have run.`;
  return { kind: "lost", message, mayHaveRun: true };
}
