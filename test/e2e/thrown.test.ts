/** What calls throw, and what they return beside plain data, as whoever awaits them gets it. */
import { mkdtempSync, rmdirSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CallError } from "nodewren";
import { expect, it, onTestFinished } from "vitest";
import { newWarmExecutor } from "../support/executors.js";

async function failureOf(call: PromiseLike<unknown>): Promise<CallError> {
  const error = await Promise.resolve(call).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CallError);
  return error as CallError;
}

it("errors of Node arrive with what their accessors tell, and say where in the user's file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nodewren-thrown-"));
  onTestFinished(() => rmdirSync(folder));
  const inCloud = (path: string) => {
    // Made where the call runs: a worker elsewhere has none of this machine's folders.
    process.getBuiltinModule("node:fs").mkdirSync(path, { recursive: true });
    rmSync(path);
  };
  const error = await failureOf(newWarmExecutor().call(inCloud, folder));
  expect(error).toMatchObject({ className: "SystemError", omitted: [] });
  expect(error.message).toMatch(/Path is a directory/);
  expect(error.cause).toMatchObject({ code: "ERR_FS_EISDIR", syscall: "rm", path: folder });
  expect(error.stack).toMatch(/thrown\.test\.ts/);
});

it("a failure is the call's own, whatever hangs on the error", async () => {
  const executor = newWarmExecutor();
  const kinds: [string, () => never][] = [
    ["odd stack", () => fail(Object.assign(new Error("odd stack"), { stack: 5 }))],
    ["odd message", () => fail(Object.assign(new Error(), { message: ["odd message"] }))],
    ["socket", () => fail(Object.assign(new Error("socket"), { response: { status: 502, socket: new Socket() } }))],
    ["proxied", () => fail(new Proxy(new Error("proxied"), {}))],
    ["lazy", () => fail(Object.defineProperty(new Error("lazy"), "when", { get: () => fail(new Error("trap")) }))],
  ];
  function fail(error: unknown): never {
    throw error;
  }
  const job = executor.map((index: number) => (kinds[index] as (typeof kinds)[number])[1](), kinds.keys());
  for (const [index, [text]] of kinds.entries()) {
    const error = await failureOf(job.futures[index] as PromiseLike<unknown>);
    expect(error.message).toMatch(new RegExp(`^Call ${index} of job .* threw Error: .*${text}`));
    expect(error.cause).toBeInstanceOf(Error);
  }
  const { cause, omitted } = await failureOf(job.futures[2] as PromiseLike<unknown>);
  expect(cause).toMatchObject({ message: "socket", response: { status: 502 } });
  expect(omitted).toEqual([
    { path: "cause.response.socket", reason: "It is an instance of class Socket, which is not registered" },
  ]);
});

it("results keep properties that are not enumerable", async () => {
  const rowsOf = (count: number) =>
    Array.from({ length: count }, (_, row) => Object.defineProperty({ name: `n${row}` }, "__rowNum__", { value: row }));
  const [rows] = await newWarmExecutor().map(rowsOf, [3]);
  expect(rows).toEqual([{ name: "n0" }, { name: "n1" }, { name: "n2" }]);
  expect(rows?.map((row) => Object.getOwnPropertyDescriptor(row, "__rowNum__"))).toMatchObject(
    [0, 1, 2].map((value) => ({ value, enumerable: false })),
  );
});
