/** What differs between services that keep objects and are asked by plain requests of HTTP. */
import type { IncomingHttpHeaders } from "node:http";
import type { Fault } from "../retry.js";
import type { StoreEntry } from "../store.js";

export interface RestRequest {
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  url: URL;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body?: Buffer | undefined;
}

export interface RestReply {
  status: number;
  headers: IncomingHttpHeaders;
  body: Uint8Array;
}

/** An object on its way up. Names are those of the bucket: the store's prefix, and the key. */
export interface RestWrite {
  name: string;
  body: Buffer;
  /** MD5 of the body in base64, which the server checks, and keeps. */
  md5: string;
  /** Names this write, so that a writer whose answer was lost knows its own object again. */
  id: string;
  ifAbsent: boolean;
}

/** What the store was about to do. */
export interface RestAction {
  verb: "write" | "read" | "list" | "delete";
  /** The store's key or, for a list, its prefix. */
  key: string;
}

export interface RestPage {
  /** By their names in the bucket. */
  entries: StoreEntry[];
  /** By what the next page is asked for; undefined at the last one. */
  next: string | undefined;
}

export interface Dialect {
  /** Such as `"Azure Blob Storage"`. */
  readonly service: string;
  /** Of the store, as a URL. */
  readonly place: string;
  readonly bucket: string;
  /** The condition of writes, as the service names it. */
  readonly condition: string;
  /** Whether the service itself is asked, and not another server that speaks like it. */
  readonly isOriginal: boolean;

  write(write: RestWrite): RestRequest;
  /** @param range such as `"bytes=0-9"`; undefined: all of it */
  read(name: string, range: string | undefined): RestRequest;
  /** Asks for what is known of an object: `writeId` reads it. */
  look(name: string): RestRequest;
  remove(name: string): RestRequest;
  /** @param after names up to that one are not wanted, but may come */
  list(prefix: string, after: string, next: string | undefined): RestRequest;

  /** The request with the proof of who asks. */
  authorize(request: RestRequest): Promise<RestRequest>;

  /** Whether a success is one of this service, and not a page of something in between. */
  isAnswer(reply: RestReply): boolean;
  /** The service's own code and words of an answer that is no success. */
  refusal(reply: RestReply): { code: string; message: string };
  requestId(reply: RestReply): string | undefined;
  writeId(reply: RestReply): string | undefined;
  /** MD5 in base64 of the object that was read, all of it; undefined where the service has none. */
  md5(reply: RestReply): string | undefined;
  page(reply: RestReply): RestPage;

  /** Whether the object is missing, and not its bucket. */
  isMissing(fault: Fault): boolean;
  /** Whether the object was to be created, and is there. */
  isTaken(fault: Fault): boolean;
  /** What to do about it, in whole sentences; undefined for what has nothing to do with the service. */
  hint(fault: Fault, action: RestAction): string | undefined;
}
