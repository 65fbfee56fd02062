/** Options that stores over plain HTTP have in common. */
export interface RestOptions {
  /** Requests at once, and so sockets, 1 to 1,000. Default 64. */
  maxRequests?: number | undefined;
  /** Silence on a connection after which a request counts as lost, ms. It is then tried twice more. Default 20,000. */
  timeoutMs?: number | undefined;
}

/** Enough for some 1,000 requests a second at the usual 30 to 60 ms. */
export const DEFAULT_MAX_REQUESTS = 64;

/** Services answer within a second or two also when they are slow. */
export const DEFAULT_TIMEOUT_MS = 20_000;
