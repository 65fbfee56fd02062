/** Presigned URLs, to try servers with: the SDK makes them with a package of their own. */
import { createHash, createHmac } from "node:crypto";
import type { Credentials } from "./signature.js";

export interface PresignOptions extends Credentials {
  method: "GET" | "PUT";
  /** Without a query. */
  url: string;
  expiresSeconds: number;
}

export function presigned({ method, url, expiresSeconds, accessKeyId, secretAccessKey }: PresignOptions): string {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = [time.slice(0, 8), "us-east-1", "s3", "aws4_request"];
  const signed = new URL(url);
  const query = {
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": [accessKeyId, ...scope].join("/"),
    "X-Amz-Date": time,
    "X-Amz-Expires": String(expiresSeconds),
    "X-Amz-SignedHeaders": "host",
  };
  const text = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  signed.search = text.join("&");
  const request = [method, signed.pathname, text.join("&"), `host:${signed.host}`, "", "host", "UNSIGNED-PAYLOAD"];
  const digest = createHash("sha256").update(request.join("\n")).digest("hex");
  const key = scope.reduce((key: Buffer | string, part) => hmac(key, part), `AWS4${secretAccessKey}`);
  const signature = hmac(key, ["AWS4-HMAC-SHA256", time, scope.join("/"), digest].join("\n")).toString("hex");
  return `${signed}&X-Amz-Signature=${signature}`;
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
