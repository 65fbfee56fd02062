/** Lambda's documented quotas, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */

export const MB = 1024 * 1024;

/** Of an Invoke, bytes. */
export const PAYLOAD_BYTES = { RequestResponse: 6 * MB, Event: MB } as const;
/** Lambda's own message gives 100 bytes more than 6 MB. */
export const RESPONSE_BYTES = 6 * MB + 100;
export const ZIP_BYTES = 50 * MB;
/** 50 MB as base64: what Lambda's message about too large a request names. */
export const REQUEST_BYTES = 69_905_067;
/** Function and layers together. */
export const UNZIPPED_BYTES = 250 * MB;
export const ENV_BYTES = 4096;
export const LAYERS = 5;
export const TIMEOUT_S = { min: 1, max: 900, default: 3 };
export const MEMORY_MB = { min: 128, max: 10_240, default: 128 };
export const EPHEMERAL_MB = { min: 512, max: 10_240, default: 512 };
export const RETRY_ATTEMPTS = { min: 0, max: 2, default: 2 };
export const EVENT_AGE_S = { min: 60, max: 21_600, default: 21_600 };
/** Kept free for functions without reserved concurrency; all of it in an account that has less. */
export const UNRESERVED_CONCURRENCY = 100;
/** Time of the Init phase, ms. */
export const INIT_MS = 10_000;
/** Of a log that rides along with an answer (LogType Tail). */
export const LOG_TAIL_BYTES = 4096;
/** Runtimes that this double takes. Lambda itself no longer creates functions of nodejs20.x. */
export const RUNTIMES = ["nodejs20.x", "nodejs22.x", "nodejs24.x"];
