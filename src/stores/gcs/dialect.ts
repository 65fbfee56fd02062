/** The JSON API of Google Cloud Storage, as far as a store needs it. */
import type { Dialect, RestAction, RestPage, RestReply, RestRequest, RestWrite } from "../rest/dialect.js";
import { type Fault, statusOf } from "../retry.js";
import { GoogleProof } from "./credentials.js";
import type { GcsSettings } from "./options.js";

const PAGE_SIZE = 1000;

/** Longest text of an error that is no JSON, characters. */
const MAX_TEXT = 200;

/** As far as it is used of an object's resource. */
interface GcsObject {
  name: string;
  /** Bytes, as text. */
  size: string;
  metadata?: Record<string, string>;
}

interface Answer {
  items?: GcsObject[];
  nextPageToken?: string;
  error?: { message?: string; errors?: { reason?: string }[] };
}

export class GcsDialect implements Dialect {
  readonly service = "Google Cloud Storage";
  readonly condition = "ifGenerationMatch=0";
  readonly isOriginal: boolean;
  readonly endpoint: string;
  readonly place: string;
  readonly bucket: string;
  readonly #proof: GoogleProof;

  constructor(settings: GcsSettings) {
    const { bucket, prefix, endpoint } = settings;
    this.endpoint = endpoint ?? "https://storage.googleapis.com";
    // Private ways to it have other names of the same domain.
    this.isOriginal = /\.googleapis\.com$/.test(new URL(this.endpoint).hostname);
    this.#proof = new GoogleProof(settings, this.isOriginal);
    this.place = `gs://${bucket}/${prefix}`;
    this.bucket = bucket;
  }

  /** In one request with its metadata, which an upload of the body alone could not have. */
  write({ name, body, md5, id, ifAbsent }: RestWrite): RestRequest {
    const url = this.#url("/upload", "", { uploadType: "multipart", fields: "generation" });
    if (ifAbsent) url.searchParams.set("ifGenerationMatch", "0");
    // What everybody may read is else kept for an hour on its way.
    const resource = { name, md5Hash: md5, cacheControl: "no-store", metadata: { nodewrenWrite: id } };
    const boundary = `nodewren-${id}`;
    const head = `--${boundary}\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${JSON.stringify(resource)}\r\n--${boundary}\r\ncontent-type: application/octet-stream\r\n\r\n`;
    return {
      method: "POST",
      url,
      headers: { "content-type": `multipart/related; boundary=${boundary}` },
      body: Buffer.concat([Buffer.from(head), body, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    };
  }

  read(name: string, range: string | undefined): RestRequest {
    const headers = range === undefined ? {} : { range };
    return { method: "GET", url: this.#url("", name, { alt: "media" }), headers };
  }

  look(name: string): RestRequest {
    return { method: "GET", url: this.#url("", name, { fields: "metadata" }), headers: {} };
  }

  remove(name: string): RestRequest {
    return { method: "DELETE", url: this.#url("", name, {}), headers: {} };
  }

  list(prefix: string, after: string, next: string | undefined): RestRequest {
    const query = {
      maxResults: String(PAGE_SIZE),
      fields: "kind,nextPageToken,items(name,size)",
      ...(prefix !== "" && { prefix }),
      ...(after !== "" && { startOffset: after }),
      ...(next !== undefined && { pageToken: next }),
    };
    return { method: "GET", url: this.#url("", "", query), headers: {} };
  }

  authorize(request: RestRequest): Promise<RestRequest> {
    return this.#proof.add(request);
  }

  isAnswer({ status, headers }: RestReply): boolean {
    if (status === 204 || headers["x-goog-generation"] !== undefined) return true;
    return headers["content-type"]?.startsWith("application/json") === true;
  }

  refusal({ status, body }: RestReply): { code: string; message: string } {
    const text = Buffer.from(body).toString();
    const { error } = answerIn(body) ?? {};
    const code = error?.errors?.[0]?.reason ?? `HTTP ${status}`;
    const isPage = /^\s*</.test(text);
    return { code, message: error?.message ?? (isPage || text === "" ? code : text.slice(0, MAX_TEXT)) };
  }

  requestId({ headers }: RestReply): string | undefined {
    return headers["x-guploader-uploadid"] as string | undefined;
  }

  writeId({ body }: RestReply): string | undefined {
    return (answerIn(body) as Partial<GcsObject> | undefined)?.metadata?.["nodewrenWrite"];
  }

  md5({ headers }: RestReply): string | undefined {
    return /(?:^|[\s,])md5=([^\s,]+)/.exec(String(headers["x-goog-hash"] ?? ""))?.[1];
  }

  page({ body }: RestReply): RestPage {
    const { items = [], nextPageToken } = answerIn(body) ?? {};
    return { entries: items.map(({ name, size }) => ({ key: name, bytes: Number(size) })), next: nextPageToken };
  }

  isMissing(fault: Fault): boolean {
    return statusOf(fault) === 404 && !isBucketMissing(fault);
  }

  isTaken(fault: Fault): boolean {
    return statusOf(fault) === 412;
  }

  hint(fault: Fault, { verb }: RestAction): string | undefined {
    const { bucket } = this;
    const status = statusOf(fault);
    if (isBucketMissing(fault))
      return `Make the bucket (gcloud storage buckets create gs://${bucket}), or correct its name.`;
    if (status === 401)
      return "Get credentials that are valid here: gcloud auth application-default login, or the key of a service account by GOOGLE_APPLICATION_CREDENTIALS.";
    if (status === 403)
      return `Allow these credentials to ${verb} objects: the role roles/storage.objectUser on bucket ${bucket} (gcloud storage buckets add-iam-policy-binding gs://${bucket} --role=roles/storage.objectUser --member=…).`;
    return undefined;
  }

  /** Of an object or, with no name, of all of them. */
  #url(before: string, name: string, query: Readonly<Record<string, string>>): URL {
    const object = name && `/${encodeURIComponent(name)}`;
    const url = new URL(`${this.endpoint}${before}/storage/v1/b/${encodeURIComponent(this.bucket)}/o${object}`);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    return url;
  }
}

/** The service has one status for both, and says which in words only. */
function isBucketMissing({ message = "", ...fault }: Fault): boolean {
  return statusOf(fault) === 404 && /bucket does not exist/i.test(message);
}

function answerIn(body: Uint8Array): Answer | undefined {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    return undefined;
  }
}
