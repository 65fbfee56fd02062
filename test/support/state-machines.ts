/** State machines that run in this process, by aws-local-stepfunctions, which is made for Node 22. */

/** What it needs that Node 20 lacks, as code for `--import` as well. */
export const FOR_NODE_20 = `Promise.withResolvers ??= function () {
  const all = {};
  all.promise = new this((resolve, reject) => Object.assign(all, { resolve, reject }));
  return all;
};`;

export interface Invocation {
  FunctionName: string;
  Payload: { attempt: number; shard: { name: string } };
}

type Runs = (invocation: Invocation) => Promise<unknown>;

/** Runs the definition with `Run` in place of AWS Lambda, and without waiting. */
export async function runStateMachine(definition: object, Run: Runs): Promise<unknown> {
  new Function(FOR_NODE_20)();
  const { StateMachine } = await import("aws-local-stepfunctions");
  const machine = new StateMachine(JSON.parse(JSON.stringify(definition)));
  const overrides = {
    taskResourceLocalHandlers: { Run: Run as never },
    waitTimeOverrides: { Wait: 0 },
    retryIntervalOverrides: { Run: [0, 0] },
  };
  return machine.run({}, { overrides }).result;
}
