import type { Readable } from "node:stream";

export interface Result {
  kind: "response" | "error";
  requestId: string;
  /** JSON. */
  body: Buffer;
}

/** Reads results from the pipe of a function's process: a line `kind requestId bytes`, then as many bytes. */
export function onResults(pipe: Readable, onResult: (result: Result) => void): void {
  let chunks: Buffer[] = [];
  let bytes = 0;
  // Until so much is there, looking again would only cost.
  let wanted = 0;
  pipe.on("error", () => {});
  pipe.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes < wanted) return;
    let held: Buffer = Buffer.concat(chunks);
    for (let next = takeResult(held); ; next = takeResult(held)) {
      held = next.rest;
      wanted = next.wanted;
      if (!next.result) break;
      onResult(next.result);
    }
    chunks = [held];
    bytes = held.length;
  });
}

function takeResult(held: Buffer): { result?: Result; rest: Buffer; wanted: number } {
  const lineEnd = held.indexOf("\n");
  if (lineEnd < 0) return { rest: held, wanted: 0 };
  const [kind, requestId, length] = held.toString("utf8", 0, lineEnd).split(" ") as [Result["kind"], string, string];
  const end = lineEnd + 1 + Number(length);
  if (held.length < end) return { rest: held, wanted: end };
  return { result: { kind, requestId, body: held.subarray(lineEnd + 1, end) }, rest: held.subarray(end), wanted: 0 };
}
