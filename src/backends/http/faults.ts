/** What an answer that is not our server's, or none at all, means for a shard: something between here and there has spoken. */
import { textOf } from "../../util/describe-value.js";
import { SECOND_MS } from "../../util/time.js";
import { busy, type ConnectionError, final, isLost, isUnsent, lost, type RequestFault } from "../request-fault.js";
import type { HttpReply } from "./request.js";

/** Bytes of a strange answer that a message shows. */
const BYTES_SHOWN = 200;

/** Someone in between gave up waiting; or the platform took the request and answers nobody. */
const GAVE_UP = new Set([202, 204, 408, 504, 524]);

/** @param thrown what a request without an answer ended with */
export function faultOfError(thrown: unknown, url: string): RequestFault {
  const error = (thrown ?? {}) as ConnectionError & { reusedSocket?: boolean };
  const what = `${error.code ?? error.name ?? ""}: ${error.message}`;
  if (isUnsent(error))
    return busy(
      `${url} cannot be reached: ${what}. Check the network, the option url, and that a server runs there.`,
      false,
    );
  // The server closed an idle connection while the request was on its way.
  if (error.reusedSocket && error.code === "ECONNRESET")
    return busy(`The connection to ${url} was closed: ${what}`, true);
  if (isLost(error)) return lost(url, `the connection broke or stayed silent (${what})`);
  if (error.code?.startsWith("ERR_TLS") || error.code?.includes("CERT"))
    return final(`${url} cannot be trusted: ${what}. Give Node the certificate's authority (NODE_EXTRA_CA_CERTS).`);
  return final(`${url} cannot be asked: ${textOf(thrown)}. Check the options url and headers.`);
}

/** @param reply one that is not our server's */
export function faultOfReply(reply: HttpReply, url: string): RequestFault {
  const { status } = reply;
  const what = `${url} answered with status ${status}${shown(reply)}`;
  const retryAfterMs = retryAfterOf(reply);
  if (status === 429 || (status === 503 && retryAfterMs !== undefined))
    return {
      kind: "throttled",
      message: `${what}: it takes no more. Wait for other work to end, lower the option concurrency, or let the platform start more workers.`,
      mayHaveRun: status === 503,
      retryAfterMs,
    };
  if (GAVE_UP.has(status))
    return lost(url, `${what}, and nobody will answer. Shards may be too long: see the option timeoutMs`);
  if (status >= 500) return busy(`${what}. Something between here and the worker failed, or the worker ended.`, true);
  return final(`${what}. ${hintFor(status, reply)}`);
}

function hintFor(status: number, { headers }: HttpReply): string {
  if (status >= 300 && status < 400)
    return `It redirects to ${headers.location ?? "somewhere else"}, and requests go nowhere but to the option url: give it that one.`;
  if (status === 401 || status === 403)
    return "The platform itself asks who this is: give it the option headers (authorization, or a key of the function).";
  if (status === 404) return "Nothing is served there: check the option url, and that the service is deployed.";
  if (status === 413)
    return "It takes no requests of that size: lower the option maxRequestBytes, and shorten what the option env of the job holds.";
  if (status < 300) return "This is no answer of a worker of nodewren: check the option url.";
  return "Check the options url and preset.";
}

function shown({ body, headers }: HttpReply): string {
  if (body.byteLength === 0) return "";
  const start = Buffer.from(body.subarray(0, BYTES_SHOWN)).toString().replace(/\s+/g, " ");
  return ` (${headers["content-type"] ?? "no type"}, ${body.byteLength} bytes: ${JSON.stringify(start)})`;
}

/** Seconds, or a date. */
function retryAfterOf({ headers }: HttpReply): number | undefined {
  const given = headers["retry-after"];
  if (given === undefined) return undefined;
  const ms = /^\d+$/.test(given) ? Number(given) * SECOND_MS : Date.parse(given) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
