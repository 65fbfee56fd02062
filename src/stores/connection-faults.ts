/** Failures of a connection to a store, whatever its server is, and what to do about them. */
export const CONNECTION_HINTS: Readonly<Record<string, string>> = {
  ERR_STORE_CLOSED: "Close executor and store when all that they do has ended.",
  ERR_BODY_SLOW: "It came too slowly, several times. See what is between here and the server, and run the job again.",
  ERR_BODY_DAMAGED: "What was read is not what was written, several times. Run the job again.",
};

/** What all that is under way on a connection fails with when that is closed. */
export function storeClosed(): Error {
  return Object.assign(new Error("The store was closed meanwhile"), { code: "ERR_STORE_CLOSED" });
}

/** Least that a body has to come at, bytes a second: less than 64 parts at once get of a line of 0.6 Mbit/s. */
export const LEAST_BYTES_PER_S = 1024;

export function bodySlow(bytes: number, limitMs: number): Error {
  return Object.assign(new Error(`A body of ${bytes} bytes had not come after ${Math.round(limitMs)} ms`), {
    code: "ERR_BODY_SLOW",
  });
}
