/** Bytes as text in UTF-8. What is not, is refused: a replaced character would be silently wrong. */
import { InputError } from "../errors.js";

/** What is read, for messages, and whether it begins where the file does. */
export interface Part {
  name: string;
  isStart: boolean;
}

const NEWLINE = 0x0a;

/** The text of all chunks. Rejects with `InputError` when it is no UTF-8, or too long for a string. */
export async function textOfChunks(part: Part, chunks: AsyncIterable<Uint8Array>): Promise<string> {
  return decode(part, await bytesOfChunks(chunks));
}

export async function bytesOfChunks(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  const { buffer, byteOffset, byteLength } = joined(all);
  // A chunk may be a Buffer, whose slice() and toString() are others.
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * The lines, without their ends, those of a chunk at once. A line ends with `\n` or `\r\n`, the last one also with the text;
 * what follows the last end is a line only if there is something.
 */
export async function* lineBatches(part: Part, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  // Pieces of the line whose end has not come, so that a long one is put together once.
  let open: Uint8Array[] = [];
  let { isStart } = part;
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      const lines = decode({ ...part, isStart }, joined([...open, chunk.subarray(0, end)])).split("\n");
      // Behind the last end.
      lines.pop();
      isStart = false;
      open = [];
      yield lines.map(withoutReturn);
    }
    if (end < chunk.byteLength) open.push(chunk.subarray(end));
  }
  const last = open.length > 0 ? decode({ ...part, isStart }, joined(open)) : "";
  if (last !== "") yield [last];
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks;
  if (only && chunks.length === 1) return only;
  const bytes = new Uint8Array(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

function decode({ name, isStart }: Part, bytes: Uint8Array): string {
  try {
    // A mark of the byte order is no text, but only where the file begins.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: !isStart }).decode(bytes);
  } catch (cause) {
    const isText = (cause as NodeJS.ErrnoException).code !== "ERR_ENCODING_INVALID_ENCODED_DATA";
    throw new InputError(name, `${name} ${isText ? TOO_LONG : NOT_UTF8}`, { cause });
  }
}

const TOO_LONG =
  "has more text in one piece than a string can hold. Read it by lines() or stream(), or split it further: splitBytes.";

const NOT_UTF8 =
  'is not text in UTF-8. bytes() gives it as it is; new TextDecoder("latin1") decodes most else. Parts that are split by: "bytes" may begin and end within a character.';
