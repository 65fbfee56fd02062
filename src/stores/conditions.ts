/** Whether the server keeps the condition of a write: without it, two writers of one key would both be told that they were first. */
import { StoreError } from "../errors.js";
import { type Fault, statusOf } from "./retry.js";

/** Bodies up to this size are sent a second time to see what the server makes of the condition, bytes. */
const MAX_PROOF_BYTES = 256 * 1024;

/** What is said of a server that keeps none. */
export interface ConditionNames {
  bucket: string;
  /** Such as `"The server of bucket b (http://127.0.0.1:9000)"`. */
  server: string;
  /** As requests name it, such as `"If-None-Match: *"`. */
  condition: string;
  /** Servers that keep it, such as `"Amazon S3, MinIO or Ceph's radosgw"`. */
  keepers: string;
}

/** What one connection knows of its server. */
export class Conditions {
  readonly #names: ConditionNames;
  readonly #isTaken: (error: unknown) => boolean;
  #isProven: boolean;
  #refusal: StoreError | undefined;

  /**
   * @param isProven whether the server is known to keep it, so that nobody pays for a request that tells
   * @param isTaken whether the server refused to create what is there
   */
  constructor(names: ConditionNames, isProven: boolean, isTaken: (error: unknown) => boolean) {
    this.#names = names;
    this.#isProven = isProven;
    this.#isTaken = isTaken;
  }

  get isProven(): boolean {
    return this.#isProven;
  }

  /** Throws once the server is known to keep none. */
  check(): void {
    if (this.#refusal) throw this.#refusal;
  }

  /** The server refused to create what was there, or another process has seen it do so. */
  hold(): void {
    this.#isProven = true;
  }

  /**
   * Sends a write that went well again, which the server has to refuse. One that does not refuse it has written the same bytes, and so does no harm. Rejects with
   * `StoreError` then; any other answer proves nothing, and the next write tells.
   */
  async prove(bytes: number, repeat: () => Promise<unknown>): Promise<void> {
    if (this.#isProven || bytes > MAX_PROOF_BYTES) return;
    // One write is enough, also where many come at once.
    this.#isProven = true;
    try {
      await repeat();
      // Somebody may have removed the object in between.
      await repeat();
    } catch (error) {
      if (isUnknown(error)) throw this.refuse("does not know", error);
      this.#isProven = this.#isTaken(error);
      return;
    }
    throw this.refuse("ignores");
  }

  refuse(how: "ignores" | "does not know", cause?: unknown): StoreError {
    const { bucket, server, condition, keepers } = this.#names;
    this.#refusal = new StoreError(
      `${server} ${how} the condition of writes (${condition}), by which one of several writers of a key learns that it was first: results could be lost without a word. Take a server that keeps it, such as ${keepers}, or store in a folder.`,
      { bucket, cause, isTransient: false },
    );
    return this.#refusal;
  }
}

/** Whether the server says that it has no conditions. */
export function isUnknown(error: unknown): boolean {
  return statusOf(error as Fault) === 501;
}
