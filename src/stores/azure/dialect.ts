/** Azure Blob Storage's REST API, as far as a store needs it. */
import type { Dialect, RestAction, RestPage, RestReply, RestRequest, RestWrite } from "../rest/dialect.js";
import type { Fault } from "../retry.js";
import { AzureProof } from "./credentials.js";
import { azureHint } from "./hints.js";
import { blobName, nameOfBlob } from "./names.js";
import type { AzureSettings } from "./options.js";
import { elements, textIn, unescaped } from "./xml.js";

/** Of the API: the first ones that list names which XML cannot hold are from 2021. */
const VERSION = "2021-12-02";

/** The first one that lists from a name on (`startFrom`). */
const VERSION_OF_START = "2026-02-06";

/** Metadata in which a write is named; such names are identifiers. */
const WRITE_HEADER = "x-ms-meta-nodewren_write";

const PAGE_SIZE = 1000;

/** What says that a blob was to be created and is there. The third is for signatures that may create only. */
const TAKEN = new Set(["BlobAlreadyExists", "ConditionNotMet", "UnauthorizedBlobOverwrite"]);

export class AzureDialect implements Dialect {
  readonly service = "Azure Blob Storage";
  readonly condition = "If-None-Match: *";
  readonly isOriginal: boolean;
  readonly endpoint: string;
  readonly place: string;
  readonly bucket: string;
  readonly #settings: AzureSettings;
  readonly #proof: AzureProof;

  constructor(settings: AzureSettings) {
    const { account, container, prefix, endpoint } = settings;
    this.#settings = settings;
    this.#proof = new AzureProof(settings);
    this.endpoint = endpoint ?? `https://${account}.blob.core.windows.net`;
    // Those of the sovereign clouds as well.
    this.isOriginal = /\.blob\.core\.[a-z.]+$/.test(new URL(this.endpoint).hostname);
    this.place = `azure://${account}/${container}/${prefix}`;
    this.bucket = container;
  }

  write({ name, body, md5, id, ifAbsent }: RestWrite): RestRequest {
    const headers = {
      "content-type": "application/octet-stream",
      "content-md5": md5,
      "x-ms-blob-type": "BlockBlob",
      [WRITE_HEADER]: id,
      ...(ifAbsent && { "if-none-match": "*" }),
    };
    return { method: "PUT", url: this.#url(name), headers, body };
  }

  read(name: string, range: string | undefined): RestRequest {
    return { method: "GET", url: this.#url(name), headers: range === undefined ? {} : { range } };
  }

  look(name: string): RestRequest {
    return { method: "HEAD", url: this.#url(name), headers: {} };
  }

  remove(name: string): RestRequest {
    return { method: "DELETE", url: this.#url(name), headers: { "x-ms-delete-snapshots": "include" } };
  }

  list(prefix: string, after: string, next: string | undefined): RestRequest {
    // There names are in the order of their bytes, whatever the service's order of others is.
    const canStart = this.isOriginal && after !== "" && /^[ -~]+$/.test(after);
    const url = this.#url("");
    const query = {
      restype: "container",
      comp: "list",
      maxresults: String(PAGE_SIZE),
      ...(prefix !== "" && { prefix: blobName(prefix) }),
      ...(next !== undefined && { marker: next }),
      ...(canStart && { startFrom: blobName(after) }),
    };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return { method: "GET", url, headers: canStart ? { "x-ms-version": VERSION_OF_START } : {} };
  }

  authorize(request: RestRequest): Promise<RestRequest> {
    const headers = { "x-ms-version": VERSION, "x-ms-date": new Date().toUTCString(), ...request.headers };
    return this.#proof.add({ ...request, headers });
  }

  isAnswer({ headers }: RestReply): boolean {
    return headers["x-ms-request-id"] !== undefined;
  }

  refusal({ status, headers, body }: RestReply): { code: string; message: string } {
    const xml = Buffer.from(body).toString();
    const code = String(headers["x-ms-error-code"] ?? (textIn(xml, "Code") || `HTTP ${status}`));
    return { code, message: textIn(xml, "Message") || code };
  }

  requestId({ headers }: RestReply): string | undefined {
    return headers["x-ms-request-id"] as string | undefined;
  }

  writeId({ headers }: RestReply): string | undefined {
    return headers[WRITE_HEADER] as string | undefined;
  }

  md5({ headers }: RestReply): string | undefined {
    return headers["content-md5"] as string | undefined;
  }

  page({ body }: RestReply): RestPage {
    const xml = Buffer.from(body).toString();
    // Accounts with a hierarchical namespace list folders, too.
    const blobs = elements(xml, "Blob").filter(({ content }) => textIn(content, "ResourceType") !== "directory");
    const entries = blobs.map(({ content }) => ({
      key: nameOfBlob(nameIn(content)),
      bytes: Number(textIn(content, "Content-Length")),
    }));
    return { entries, next: textIn(xml, "NextMarker") || undefined };
  }

  isMissing({ name }: Fault): boolean {
    return name === "BlobNotFound";
  }

  isTaken({ name = "" }: Fault): boolean {
    return TAKEN.has(name);
  }

  hint(fault: Fault, action: RestAction): string | undefined {
    return azureHint(fault, action, this.#settings);
  }

  /** Of a blob or, with no name, of the container. */
  #url(name: string): URL {
    const path = blobName(name).split("/").map(encodeURIComponent).join("/");
    return new URL(`${this.endpoint}/${this.#settings.container}${path && `/${path}`}`);
  }
}

function nameIn(blob: string): string {
  const [name] = elements(blob, "Name");
  const text = unescaped(name?.content ?? "");
  return name?.attributes.includes('Encoded="true"') ? decodeURIComponent(text) : text;
}
