// The main file of every function's process: Lambda's own client, with the handler that the function names.
import { run } from "aws-lambda-ric";

await run(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
