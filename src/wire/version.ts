/** Version of everything that host and worker exchange: job record, request, result object, answer. */
export const WIRE_VERSION = 7;
