/** The contract on one backend, which `npm run test:contract` names; see `scripts/test-contract.mts`. */
import { describeUnderTest } from "./describe-under-test.js";

await describeUnderTest(String(process.env["NODEWREN_CONTRACT_BACKEND"]));
