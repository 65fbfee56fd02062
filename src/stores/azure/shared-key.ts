/** Signatures by the account's key (Microsoft's "Authorize with Shared Key"). */
import { createHmac } from "node:crypto";
import type { RestRequest } from "../rest/dialect.js";

/** Headers that are signed by their place, in this order. The date is that of `x-ms-date`, so that its own place is empty. */
const SIGNED = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-md5",
  "content-type",
  "date",
  "if-modified-since",
  "if-match",
  "if-none-match",
  "if-unmodified-since",
  "range",
];

/** Value of the header `authorization`. The request has its `x-ms-date` and `x-ms-version` already. */
export function sharedKey({ method, url, headers, body }: RestRequest, account: string, key: string): string {
  const length = body?.byteLength ? String(body.byteLength) : "";
  const all: Readonly<Record<string, string>> = { ...headers, "content-length": length };
  const own = Object.keys(headers)
    .filter((name) => name.startsWith("x-ms-"))
    .sort()
    .map((name) => `${name}:${headers[name]}\n`);
  const query = [...url.searchParams.entries()].map(([name, value]) => `\n${name.toLowerCase()}:${value}`).sort();
  const resource = `/${account}${url.pathname}${query.join("")}`;
  const text = `${[method, ...SIGNED.map((name) => all[name] ?? "")].join("\n")}\n${own.join("")}${resource}`;
  const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
  return `SharedKey ${account}:${signature}`;
}
