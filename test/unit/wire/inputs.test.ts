import fc from "fast-check";
import { expect, it } from "vitest";
import { StoreError } from "../../../src/errors.js";
import { type EncodedInputs, InputsWriter, readInputs } from "../../../src/wire/inputs.js";

/** On a failure fast-check prints the seed and the path; give them here to run the same case again. */
const parameters = { numRuns: 200 };

const inputsOf = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.nat(20_000).map((size) => new Uint8Array(size).fill(size % 256)),
  ),
  { maxLength: 150 },
);

function write(inputs: Uint8Array[]): EncodedInputs {
  const writer = new InputsWriter();
  for (const input of inputs) writer.add(input);
  return writer.finish();
}

function equal(actual: Uint8Array[], expected: Uint8Array[]): boolean {
  return (
    actual.length === expected.length &&
    actual.every((bytes, i) => Buffer.compare(bytes, expected[i] as Uint8Array) === 0)
  );
}

it("any run of calls can be read from its own range of bytes", () => {
  fc.assert(
    fc.property(inputsOf, fc.nat(), fc.nat(), (inputs, a, b) => {
      const { pieces, count, starts } = write(inputs);
      const whole = Buffer.concat(pieces);
      expect(count).toBe(inputs.length);
      expect(starts).toHaveLength(count + 1);
      expect(starts[count]).toBe(whole.byteLength);
      const [first, end] = [a % (count + 1), b % (count + 1)].sort((x, y) => x - y) as [number, number];
      const range = whole.subarray(starts[first], starts[end]);
      expect(equal([...readInputs(range, end - first)], inputs.slice(first, end))).toBe(true);
    }),
    parameters,
  );
});

it("reads ranges that lie anywhere in memory", () => {
  const inputs = [new Uint8Array([1]), new Uint8Array([2, 3])];
  const whole = Buffer.concat([Buffer.from("xyz"), ...write(inputs).pieces]);
  expect(equal([...readInputs(whole.subarray(3), 2)], inputs)).toBe(true);
});

it("copies what it is given, so that the encoder may use its memory again", () => {
  const writer = new InputsWriter();
  const memory = new Uint8Array([1, 2, 3]);
  writer.add(memory);
  memory.fill(9);
  const [read] = [...readInputs(Buffer.concat(writer.finish().pieces), 1)];
  expect([...(read as Uint8Array)]).toEqual([1, 2, 3]);
});

it("notices every change of a byte and every cut", () => {
  const inputs = [new Uint8Array([1, 2, 3]), new Uint8Array(0), new Uint8Array([255, 0])];
  const whole = Buffer.concat(write(inputs).pieces);
  for (let at = 0; at < whole.byteLength; at++) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] as number) ^ 0x40;
    expect(() => [...readInputs(changed, 3)], `byte ${at} changed`).toThrow(StoreError);
    expect(() => [...readInputs(whole.subarray(0, at), 3)], `cut at ${at}`).toThrow(StoreError);
  }
});

it("holds 300,000 small inputs in few pieces", () => {
  const writer = new InputsWriter();
  const input = new Uint8Array(3);
  for (let i = 0; i < 300_000; i++) writer.add(input);
  const { pieces, count } = writer.finish();
  expect(count).toBe(300_000);
  expect(pieces.length).toBeLessThan(30);
});

it("of nothing is nothing", () => {
  expect(write([])).toMatchObject({ pieces: [], count: 0, starts: new Float64Array([0]) });
});
