/** A local Lambda that runs the built worker, as `nodewren deploy` would have made it. */
import {
  CreateFunctionCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
} from "@aws-sdk/client-lambda";
import { NESTED_VARIABLE } from "../../src/deploy/function-settings.js";
import { HANDLER, lambdaZip, RUNTIMES } from "../../src/deploy/layer.js";
import { type LocalLambda, type LocalLambdaOptions, startLocalLambda } from "./local-lambda/index.js";

export interface DeployedSetting {
  /** Default 1024. */
  memoryMb?: number;
  /** Time limit of the function, s. Default 60. */
  timeoutS?: number;
  /** Reserved concurrency. Default none. */
  reserved?: number;
  /** Whether calls may start jobs. Default true. */
  nestedMaps?: boolean;
}

export const FUNCTION_NAME = "nodewren";

/** Whoever starts it closes it. */
export async function startDeployedLambda(
  { memoryMb = 1024, timeoutS = 60, reserved, nestedMaps = true }: DeployedSetting = {},
  options: LocalLambdaOptions = {},
): Promise<LocalLambda> {
  const lambda = await startLocalLambda(options);
  const client = new LambdaClient(lambda.clientOptions);
  const { bytes } = await lambdaZip({ nestedMaps });
  await client.send(
    new CreateFunctionCommand({
      FunctionName: FUNCTION_NAME,
      Role: "arn:aws:iam::123456789012:role/worker",
      Runtime: RUNTIMES[0],
      Handler: HANDLER,
      MemorySize: memoryMb,
      Timeout: timeoutS,
      Code: { ZipFile: bytes },
      Environment: { Variables: nestedMaps ? { [NESTED_VARIABLE]: "true" } : {} },
    }),
  );
  // Which shards are tried again is the host's to say.
  await client.send(new PutFunctionEventInvokeConfigCommand({ FunctionName: FUNCTION_NAME, MaximumRetryAttempts: 0 }));
  if (reserved !== undefined)
    await client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: FUNCTION_NAME, ReservedConcurrentExecutions: reserved }),
    );
  client.destroy();
  return lambda;
}
