/** Functions for tests on the local Lambda, made and called with the AWS SDK. */
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  type LambdaClientConfig,
  type LambdaServiceException,
} from "@aws-sdk/client-lambda";
import { strToU8, zipSync } from "fflate";
import type { LocalLambda } from "./local-lambda/index.js";

export const SOME_ROLE = "arn:aws:iam::123456789012:role/somebody";

export function zipOf(files: Record<string, string>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}

/** A client that tries each request once, unless told. */
export function newClient({ clientOptions }: LocalLambda, config: LambdaClientConfig = {}): LambdaClient {
  return new LambdaClient({ ...clientOptions, maxAttempts: 1, ...config });
}

/** A zip whose handler has this body; `event` and `context` are in scope. */
export function handlerZip(body: string): Uint8Array {
  return zipOf({ "index.mjs": `export const handler = async (event, context) => { ${body} };` });
}

let made = 0;

/** Makes a function whose handler has this body, and returns its name. */
export async function newFunction(
  client: LambdaClient,
  body: string,
  config: Partial<CreateFunctionCommandInput> = {},
): Promise<string> {
  const FunctionName = `function-${++made}`;
  await client.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: "nodejs22.x",
      Role: SOME_ROLE,
      Handler: "index.handler",
      Timeout: 10,
      Code: { ZipFile: handlerZip(body) },
      ...config,
    }),
  );
  return FunctionName;
}

export interface Invoked {
  status: number | undefined;
  /** The payload, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: what functions answer is theirs.
  value: any;
  error: string | undefined;
  log: string;
}

export async function invoke(
  client: LambdaClient,
  FunctionName: string,
  event: unknown = {},
  input: Partial<InvokeCommandInput> = {},
): Promise<Invoked> {
  const command = new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), ...input });
  const { StatusCode, Payload, FunctionError, LogResult = "" } = await client.send(command);
  const text = Payload?.transformToString() ?? "";
  return {
    status: StatusCode,
    value: text === "" ? undefined : JSON.parse(text),
    error: FunctionError,
    log: Buffer.from(LogResult, "base64").toString(),
  };
}

/** The error with which a request is refused; rejects when it is not. */
export function refusal(request: Promise<unknown>): Promise<LambdaServiceException> {
  return request.then(
    () => Promise.reject(new Error("It was not refused.")),
    (error) => error,
  );
}
