/** The contract on containers of podman. @early as these take their time to start. */
import { describeUnderTest } from "./describe-under-test.js";

await describeUnderTest("podman");
