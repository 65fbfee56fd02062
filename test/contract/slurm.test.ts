/** The contract on a Slurm cluster. @early as these take their time to start. */
import { describeUnderTest } from "./describe-under-test.js";

await describeUnderTest("slurm");
