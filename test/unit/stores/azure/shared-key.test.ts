import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { sharedKey } from "../../../../src/stores/azure/shared-key.js";

const KEY = Buffer.from("a key").toString("base64");

function signatureOf(lines: string[]): string {
  return createHmac("sha256", "a key").update(lines.join("\n")).digest("base64");
}

it("signs a write as Microsoft's page has it", () => {
  const headers = {
    "content-type": "text/plain",
    "content-md5": "md5==",
    "if-none-match": "*",
    "x-ms-version": "2021-12-02",
    "x-ms-date": "Tue, 01 Dec 2026 00:00:00 GMT",
    "x-ms-blob-type": "BlockBlob",
  };
  const url = new URL("https://acc.blob.core.windows.net/container/a%20b");
  const lines = ["PUT", "", "", "4", "md5==", "text/plain", "", "", "", "*", "", ""];
  const own = [
    "x-ms-blob-type:BlockBlob",
    "x-ms-date:Tue, 01 Dec 2026 00:00:00 GMT",
    "x-ms-version:2021-12-02",
    "/acc/container/a%20b",
  ];
  expect(sharedKey({ method: "PUT", url, headers, body: Buffer.from("body") }, "acc", KEY)).toBe(
    `SharedKey acc:${signatureOf([...lines, ...own])}`,
  );
});

it("signs a list with its parameters in order and as they are meant", () => {
  const url = new URL("https://acc.blob.core.windows.net/container?restype=container&prefix=a%2Fb+c&comp=list");
  const lines = ["GET", ...Array<string>(11).fill(""), "x-ms-version:1"];
  const resource = ["/acc/container", "comp:list", "prefix:a/b c", "restype:container"];
  expect(sharedKey({ method: "GET", url, headers: { "x-ms-version": "1" } }, "acc", KEY)).toBe(
    `SharedKey acc:${signatureOf([...lines, ...resource])}`,
  );
});
