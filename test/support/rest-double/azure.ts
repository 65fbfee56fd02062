/**
 * Azure Blob Storage, as far as faults on its way need it: whose signatures it does not check. What the service does is judged by azurite
 * (`test/contract/azurite.test.ts`).
 */
import type { Answer } from "../s3-double/answer.js";
import {
  bodyAnswer,
  type DoubleRequest,
  Objects,
  type Operation,
  RestDouble,
  type RestDoubleOptions,
  type Service,
} from "./server.js";

export const AZURE_PLACE = { account: "account", container: "container" };

const WRITE_HEADER = "x-ms-meta-nodewren_write";

export async function newAzureDouble(options: RestDoubleOptions = {}): Promise<RestDouble> {
  return RestDouble.start(new AzureService(options));
}

class AzureService implements Service {
  readonly #objects = new Objects();
  readonly #options: RestDoubleOptions;

  constructor(options: RestDoubleOptions) {
    this.#options = options;
  }

  operationOf({ method, url }: Omit<DoubleRequest, "body">): Operation {
    if (method === "PUT") return "write";
    if (method === "DELETE") return "remove";
    if (url.searchParams.get("comp") === "list") return "list";
    return method === "HEAD" ? "look" : "read";
  }

  handle(operation: Operation, { url, headers, body }: DoubleRequest): Answer {
    const [, container, ...rest] = url.pathname.split("/");
    if (container !== AZURE_PLACE.container)
      return refusal(404, "ContainerNotFound", "The specified container does not exist.");
    const name = rest.map(decodeURIComponent).join("/");
    if (operation === "list") return this.#list(url.searchParams.get("prefix") ?? "");
    const object = this.#objects.get(name);
    if (operation === "write") {
      const { conditions = "kept" } = this.#options;
      if (headers["if-none-match"] && conditions === "unknown") return refusal(501, "NotImplemented", "No such thing.");
      if (headers["if-none-match"] && conditions === "kept" && object)
        return refusal(409, "BlobAlreadyExists", "The specified blob already exists.");
      this.#objects.set(name, body, { write: String(headers[WRITE_HEADER]) });
      return { status: 201, headers: own() };
    }
    if (!object) return refusal(404, "BlobNotFound", "The specified blob does not exist.");
    if (operation === "remove") {
      this.#objects.delete(name);
      return { status: 202, headers: own() };
    }
    const more = { ...own(), "content-md5": object.md5, [WRITE_HEADER]: object.metadata["write"] as string };
    return operation === "look" ? { status: 200, headers: more } : bodyAnswer(object.body, headers.range, more);
  }

  #list(prefix: string): Answer {
    const blobs = this.#objects
      .list(prefix)
      .map(
        ([name, { body }]) =>
          `<Blob><Name>${name}</Name><Properties><Content-Length>${body.byteLength}</Content-Length></Properties></Blob>`,
      );
    const xml = `<EnumerationResults><Blobs>${blobs.join("")}</Blobs><NextMarker /></EnumerationResults>`;
    return { status: 200, headers: own(), body: Buffer.from(xml) };
  }
}

function own(): Record<string, string> {
  return { "x-ms-request-id": "request-1", "x-ms-version": "2021-12-02" };
}

function refusal(status: number, code: string, message: string): Answer {
  const body = Buffer.from(
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}\nRequestId:1</Message></Error>`,
  );
  return { status, headers: { ...own(), "x-ms-error-code": code }, body };
}
