/** Objects as somebody else may have written them, or as a damaged disk gives them. */
import type { Random } from "./random.js";

const BYTES = [0, 1, 0x7f, 0x80, 0xff];
const NUMBERS = [0, 1, -1, 2 ** 31, 2 ** 32 - 1, 2 ** 53, -0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300];
/** Changes of one object: most have one or two. */
const MOST_CHANGES = 4;
/** Bytes that one change adds or takes away. */
const MOST_BYTES = 40;

type Change = (bytes: Buffer, random: Random) => Buffer;

const changes: Change[] = [
  (bytes, random) =>
    edited(bytes, random, (at) => bytes.writeUInt8((bytes[at] as number) ^ (1 << random.integer(8)), at)),
  (bytes, random) => edited(bytes, random, (at) => bytes.writeUInt8(random.one(BYTES), at)),
  (bytes, random) => edited(bytes, random, (at) => bytes.writeUInt8(random.integer(256), at)),
  (bytes, random) => edited(bytes, random, (at) => writeNumber(bytes, at, random)),
  (bytes, random) => {
    const [start, end] = span(bytes, random);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  (bytes, random) => {
    const [start, end] = span(bytes, random);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
  },
  (bytes, random) => bytes.subarray(0, random.integer(bytes.length + 1)),
  (bytes, random) => {
    const [start] = span(bytes, random);
    const more = Buffer.from(Array.from({ length: random.integer(MOST_BYTES) }, () => random.integer(256)));
    return Buffer.concat([bytes.subarray(0, start), more, bytes.subarray(start)]);
  },
];

function edited(bytes: Buffer, random: Random, edit: (at: number) => void): Buffer {
  if (bytes.length > 0) edit(random.integer(bytes.length));
  return bytes;
}

function writeNumber(bytes: Buffer, at: number, random: Random): void {
  const number = random.one(NUMBERS);
  if (at + 8 <= bytes.length && random.below(1) < 0.5) bytes.writeDoubleLE(number, at);
  else if (at + 4 <= bytes.length) bytes.writeUInt32LE(number >>> 0, at);
}

function span(bytes: Buffer, random: Random): [start: number, end: number] {
  const start = random.integer(bytes.length + 1);
  return [start, Math.min(bytes.length, start + random.integer(MOST_BYTES))];
}

/** A copy with some changes. */
export function mutated(object: Uint8Array, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(object);
  for (let left = 1 + random.integer(MOST_CHANGES); left > 0; left--) bytes = random.one(changes)(bytes, random);
  return bytes;
}

const STRANGE: unknown[] = [null, true, "", "../..", "\u001b[2J", -1, 0.5, 1e308, 2 ** 53, [], {}, [[]], { length: 9 }];

/** A copy of data that JSON holds, in which some values are others, or not there. */
export function mutatedJson(value: unknown, random: Random): unknown {
  if (random.below(1) < 0.05) return random.one(STRANGE);
  if (Array.isArray(value)) {
    const kept = value.filter(() => random.below(1) > 0.05);
    return kept.map((one) => mutatedJson(one, random));
  }
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(() => random.below(1) > 0.03);
  return Object.fromEntries(kept.map(([key, one]) => [key, mutatedJson(one, random)]));
}
