/**
 * The JSON API of Google Cloud Storage, as far as the store uses it, by Google's documentation of "Objects: insert, get, delete, list", "Request preconditions" and
 * "HTTP status and error codes". No real one was there to hold it against.
 */
import type { Answer } from "../s3-double/answer.js";
import {
  bodyAnswer,
  type DoubleRequest,
  type KeptObject,
  md5Of,
  Objects,
  type Operation,
  RestDouble,
  type RestDoubleOptions,
  type Service,
} from "./server.js";

export interface GcsDoubleOptions extends RestDoubleOptions {
  /** Tokens that may ask. Default: nobody needs one, as with emulators. */
  tokens?: ReadonlySet<string>;
}

export const GCS_BUCKET = "bucket";

/** What one answer to a list has at most when it is not told. */
const PAGE_SIZE = 1000;

export async function newGcsDouble(options: GcsDoubleOptions = {}): Promise<RestDouble> {
  return RestDouble.start(new GcsService(options));
}

class GcsService implements Service {
  readonly #objects = new Objects();
  readonly #options: GcsDoubleOptions;

  constructor(options: GcsDoubleOptions) {
    this.#options = options;
  }

  operationOf({ method, url }: Omit<DoubleRequest, "body">): Operation {
    if (method === "POST") return "write";
    if (method === "DELETE") return "remove";
    if (placeIn(url).name === undefined) return "list";
    return url.searchParams.get("alt") === "media" ? "read" : "look";
  }

  handle(operation: Operation, request: DoubleRequest): Answer {
    const { tokens } = this.#options;
    const { authorization = "" } = request.headers;
    if (tokens && !tokens.has(authorization.replace(/^Bearer /, "")))
      return refusal(401, "authError", "Invalid Credentials");
    const { bucket, name = "" } = placeIn(request.url);
    if (bucket !== GCS_BUCKET) return refusal(404, "notFound", "The specified bucket does not exist.");
    if (operation === "write") return this.#write(request);
    if (operation === "list") return this.#list(request.url.searchParams);
    const object = this.#objects.get(name);
    if (!object)
      return operation === "read" ? textRefusal(bucket, name) : refusal(404, "notFound", missing(bucket, name));
    if (operation === "look") return json(resourceOf(name, object));
    if (operation === "read")
      return bodyAnswer(object.body, request.headers.range, {
        "x-goog-generation": String(object.generation),
        // CRC32C is left out: the store does not look at it.
        "x-goog-hash": `crc32c=AAAAAA==,md5=${object.md5}`,
      });
    this.#objects.delete(name);
    return { status: 204, headers: {} };
  }

  #write({ url, headers, body }: DoubleRequest): Answer {
    const [, boundary = ""] = /boundary=(\S+)/.exec(headers["content-type"] ?? "") ?? [];
    const [resource, content] = partsOf(body, boundary);
    const { name, md5Hash, metadata = {} } = JSON.parse((resource as Buffer).toString());
    const { conditions = "kept" } = this.#options;
    const wanted = url.searchParams.get("ifGenerationMatch");
    if (wanted !== null && conditions === "unknown") return refusal(501, "notImplemented", "Not implemented");
    const found = this.#objects.get(name)?.generation ?? 0;
    if (wanted !== null && conditions === "kept" && Number(wanted) !== found)
      return refusal(412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.");
    if (md5Hash !== undefined && md5Hash !== md5Of(content as Buffer))
      return refusal(400, "invalid", `Provided MD5 hash "${md5Hash}" doesn't match calculated MD5 hash.`);
    return json(resourceOf(name, this.#objects.set(name, content as Buffer, metadata)));
  }

  #list(query: URLSearchParams): Answer {
    const from = query.get("pageToken") ?? query.get("startOffset") ?? "";
    const all = this.#objects
      .list(query.get("prefix") ?? "")
      .filter(([name]) => Buffer.compare(Buffer.from(name), Buffer.from(from)) >= 0);
    const size = Number(query.get("maxResults") ?? PAGE_SIZE);
    const items = all.slice(0, size).map(([name, object]) => resourceOf(name, object));
    // Answers have no list at all when it would be empty.
    return json({ kind: "storage#objects", ...(items.length > 0 && { items }), nextPageToken: all[size]?.[0] });
  }
}

function placeIn({ pathname }: URL): { bucket: string; name: string | undefined } {
  const [, bucket = "", name] = /\/storage\/v1\/b\/([^/]+)\/o(?:\/([^/]+))?$/.exec(pathname) ?? [];
  return { bucket: decodeURIComponent(bucket), name: name === undefined ? undefined : decodeURIComponent(name) };
}

/** Bodies of the parts of `multipart/related`. */
function partsOf(body: Buffer, boundary: string): Buffer[] {
  const parts: Buffer[] = [];
  const mark = `--${boundary}`;
  for (let at = body.indexOf(mark); ; ) {
    const end = body.indexOf(`\r\n${mark}`, at + mark.length);
    if (end < 0) return parts;
    const start = body.indexOf("\r\n\r\n", at) + "\r\n\r\n".length;
    parts.push(body.subarray(start, end));
    at = end + 2;
  }
}

function resourceOf(name: string, { body, md5, generation, metadata }: KeptObject): object {
  const numbers = { size: String(body.byteLength), generation: String(generation) };
  return { kind: "storage#object", bucket: GCS_BUCKET, name, md5Hash: md5, metadata, ...numbers };
}

function missing(bucket: string, name: string): string {
  return `No such object: ${bucket}/${name}`;
}

/** Media are refused in plain text. */
function textRefusal(bucket: string, name: string): Answer {
  return {
    status: 404,
    headers: { "content-type": "text/html; charset=UTF-8" },
    body: Buffer.from(missing(bucket, name)),
  };
}

function refusal(status: number, reason: string, message: string): Answer {
  return { ...json({ error: { code: status, message, errors: [{ message, domain: "global", reason }] } }), status };
}

function json(value: object): Answer {
  const headers = { "content-type": "application/json; charset=UTF-8" };
  return { status: 200, headers, body: Buffer.from(JSON.stringify(value)) };
}
