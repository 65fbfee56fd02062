/** The AWS query protocol: form in, XML out. Used by IAM and STS. */
import { ApiError } from "./api-error.js";
import type { HttpAnswer } from "./http.js";

const NAMESPACES = {
  iam: "https://iam.amazonaws.com/doc/2010-05-08/",
  sts: "https://sts.amazonaws.com/doc/2011-06-15/",
} as const;

export type Xml = { [name: string]: XmlValue };
/** Undefined members are left out; lists are written as `member` elements. */
export type XmlValue = string | number | boolean | undefined | Xml | readonly XmlValue[];

export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}

function contentsOf(value: XmlValue): string {
  if (Array.isArray(value)) return value.map((one) => `<member>${contentsOf(one)}</member>`).join("");
  if (typeof value !== "object" || value === null) return escaped(String(value));
  return Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .map(([name, one]) => `<${name}>${contentsOf(one)}</${name}>`)
    .join("");
}

/** The answer to an action; `result` is undefined for those that give nothing back. */
export function xmlAnswer(service: "iam" | "sts", action: string, requestId: string, result?: Xml): HttpAnswer {
  const inner = result === undefined ? "" : `<${action}Result>${contentsOf(result)}</${action}Result>`;
  const end = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  const body = `<${action}Response xmlns="${NAMESPACES[service]}">${inner}${end}</${action}Response>`;
  return { status: 200, headers: { "content-type": "text/xml" }, body };
}

export function xmlError(service: "iam" | "sts", requestId: string, { status, code, message }: ApiError): HttpAnswer {
  const error = contentsOf({ Type: status < 500 ? "Sender" : "Receiver", Code: code, Message: message });
  const end = `<RequestId>${requestId}</RequestId>`;
  const body = `<ErrorResponse xmlns="${NAMESPACES[service]}"><Error>${error}</Error>${end}</ErrorResponse>`;
  return { status, headers: { "content-type": "text/xml" }, body };
}

/** The members of a list: `Tags.member.1.Key` … as records of what follows the number. */
export function formList(form: URLSearchParams, name: string): Record<string, string>[] {
  const found: Record<string, string>[] = [];
  for (const [key, value] of form) {
    const [, index, field] = key.match(new RegExp(`^${name}\\.member\\.(\\d+)\\.(\\w+)$`)) ?? [];
    if (index === undefined || field === undefined) continue;
    found[Number(index) - 1] = { ...found[Number(index) - 1], [field]: value };
  }
  return found;
}

/** Throws when the form lacks it. */
export function formText(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value) return value;
  const text = `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must not be null`;
  throw new ApiError(400, "ValidationError", text);
}
