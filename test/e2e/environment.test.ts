/** Environment variables that a function reads, as they are at `map()`, on new and on warm workers. */
import { afterAll, expect, it } from "vitest";
import { Executor } from "../../src/index.js";

const executor = new Executor({ workers: 1, progress: false, env: { WREN_OPTION: "of the executor" } });
afterAll(() => executor.close());

const KEY = "WREN_KEY";
const read = () => {
  const { WREN_TAKEN, WREN_OPTION } = process.env;
  return [process.env.WREN_NAMED, process.env[KEY], WREN_TAKEN, WREN_OPTION, "WREN_NAMED" in process.env];
};

function set(values: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

it("are what they were when map() was called, whatever the worker started with", async () => {
  set({ WREN_NAMED: "a", WREN_KEY: "b", WREN_TAKEN: "c", WREN_OPTION: "of the host" });
  expect(await executor.call(read, 0)).toEqual(["a", "b", "c", "of the executor", true]);
  set({ WREN_NAMED: undefined, WREN_KEY: "later", WREN_TAKEN: "" });
  const job = executor.call(read, 0);
  set({ WREN_NAMED: "too late", WREN_KEY: undefined });
  expect(await job).toEqual([undefined, "later", "", "of the executor", false]);
});

it("are the worker's own again afterwards", async () => {
  set({ WREN_NAMED: "here" });
  await executor.call(() => process.env.WREN_NAMED, 0);
  const name = (given: string): string | undefined => process.env[given];
  expect(await executor.call(name, "WREN_NAMED")).toBe("a");
});

it("are the same through another name for the environment", async () => {
  const env = process.env;
  set({ WREN_ALIAS: "before" });
  expect(await executor.call(() => [env.WREN_ALIAS, "WREN_ALIAS" in env], 0)).toEqual(["before", true]);
  const holder = { env };
  expect(() => executor.call(() => holder, 0)).toThrow(
    /Cannot capture holder.env: it is the whole process environment/,
  );
});
