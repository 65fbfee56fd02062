/** The contract on one backend, which `npm run test:contract` names; see `scripts/test-contract.mts`. */
import { describe, it } from "vitest";
import { describeBackend } from "./backend-contract.js";
import { backendsUnderTest } from "./backends-under-test.js";

const name = process.env["NODEWREN_CONTRACT_BACKEND"];
const under = (await backendsUnderTest()).find((one) => one.name === name);
if (!under) throw new Error(`There is no backend under test called ${name}.`);

const opened = await under.open();
if ("missing" in opened) describe.skip(`every backend: ${name}`, () => it(`is missing: ${opened.missing}`, () => {}));
else {
  const { backend, store, close } = opened;
  describeBackend(under.name, { start: async () => ({ newBackend: () => backend, store, close }) });
}
