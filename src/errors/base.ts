/** Codes are stable across releases; messages are not. */
export type ErrorCode =
  | "OPTION"
  | "CAPTURE"
  | "CODEC"
  | "CALL"
  | "CALL_TIMEOUT"
  | "SETUP"
  | "DEPENDENCY"
  | "COMPLETION"
  | "CANCELLED"
  | "WORKER_LOST"
  | "OUT_OF_MEMORY"
  | "INVOKE"
  | "STORE"
  | "INPUT"
  | "VERSION"
  | "DEPLOY";

/** Base of every error class here. */
export class NodewrenError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    // Assigning would fail where the program has frozen `Error.prototype`.
    const name = { __proto__: null, value: new.target.name, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(this, "name", name);
    this.code = code;
  }
}
