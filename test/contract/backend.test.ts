/** The backends that need nothing but this machine through the one contract; of Lambda's, both ways to hear of workers. */
import { describeBackend } from "./backend-contract.js";
import { COMMAND } from "./backends/command.js";
import { LAMBDA_POLL, LAMBDA_PUSH } from "./backends/lambda.js";
import { LOCAL } from "./backends/local.js";

for (const backend of [LOCAL, LAMBDA_PUSH, LAMBDA_POLL, COMMAND]) describeBackend(backend);
