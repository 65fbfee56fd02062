// A job that AWS Step Functions run, here in aws-local-stepfunctions, on Node 22 or later. Needs a deployed function and a store in S3:
// docs/aws.md.
// NODEWREN_BACKEND=lambda npx tsx examples/state-machine.ts
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { StateMachine } from "aws-local-stepfunctions";
import { Executor } from "nodewren";

const executor = new Executor();
const power = 2;
const prepared = await executor.prepare((x: number) => x ** power, [1, 2, 3, 4, 5, 6], { shards: 3 });
const definition = await prepared.toStateMachine();

// On AWS: aws stepfunctions create-state-machine --definition "$(npx nodewren jobs export ID --state-machine)", and start-execution.
const endpoint = process.env.NODEWREN_LAMBDA_ENDPOINT;
const lambda = new LambdaClient({ ...(endpoint && { endpoint }), region: process.env.NODEWREN_REGION ?? "eu-west-1" });
const Run = async ({ FunctionName, Payload }: { FunctionName: string; Payload: object }) => {
  const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(Payload) }));
  return { Payload: JSON.parse(Buffer.from(answer.Payload ?? []).toString()) };
};
const machine = new StateMachine(definition as never);
await machine.run({}, { overrides: { taskResourceLocalHandlers: { Run: Run as never } } }).result;

console.log(await executor.attach(prepared.id));
await executor.close();
