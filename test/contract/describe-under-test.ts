import { describe, it } from "vitest";
import { describeBackend } from "./backend-contract.js";
import type { BackendUnderTest } from "./backend-under-test.js";
import { backendsUnderTest } from "./backends-under-test.js";

/** The contract on the backend of that name, or why it is not run here. */
export async function describeUnderTest(name: string): Promise<void> {
  const under = (await backendsUnderTest()).find((one) => one.name === name);
  if (!under) throw new Error(`There is no backend under test called ${name}.`);
  const missing = await under.missing?.();
  if (missing) describe.skip(`every backend: ${name}`, () => it(`is missing: ${missing}`, () => {}));
  else describeBackend(name, { start: () => start(under) });
}

async function start({ open }: BackendUnderTest) {
  const { backend, ...others } = await open();
  return { newBackend: () => backend, ...others };
}
