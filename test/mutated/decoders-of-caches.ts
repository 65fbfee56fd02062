/** Decoders of what lies in a cache, and of the pairs in a result object that is reduced by key. */
import { BatchHead, DamagedBatch, digestText, encodeBatch, headBytes } from "../../src/cache/batch.js";
import { decode, encode } from "../../src/codec/codec.js";
import { CodecError, StoreError, VersionError } from "../../src/errors.js";
import { checkPart, encodePart, readParts } from "../../src/wire/parts.js";
import { mutated } from "./mutate.js";
import { values } from "./samples.js";
import type { Target } from "./target.js";

const kept = values.map((value, i) => ({ input: digestText(String(i)), keptAt: 1e12 + i, bytes: encode(value) }));
const batch = Buffer.concat(encodeBatch({ functionName: "simulate" }, kept));

const pairs = { keys: ["a", 1], values, first: 3, places: new Uint32Array([0, 1]) };
const parts = Buffer.concat([encodePart(encode(pairs)), encodePart(encode({ ...pairs, keys: [], values: [] }))]);

/** Every value that its row says is there. */
function readBatch(object: Buffer): void {
  const head = new BatchHead(object.subarray(0, headBytes(object, object.byteLength)), object.byteLength);
  for (let row = 0; row < head.results; row++) {
    const { start, end } = head.row(row);
    const bytes = object.subarray(start, end);
    if (head.isValue(row, bytes)) decode(bytes);
  }
}

export const ofCaches: Target[] = [
  {
    name: "a batch of kept results",
    throws: [DamagedBatch],
    run: (random) => readBatch(mutated(batch, random)),
  },
  {
    name: "parts of pairs",
    throws: [StoreError],
    run: (random) => void readParts(mutated(parts, random), "key"),
  },
  {
    name: "the pairs of a part",
    throws: [StoreError, CodecError, VersionError],
    run: (random) => void checkPart(decode(mutated(encode(pairs), random))),
  },
];
