/** The contract on hosts with sshd. @early as these take their time to start. */
import { describeUnderTest } from "./describe-under-test.js";

await describeUnderTest("ssh");
