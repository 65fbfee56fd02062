/** What Lambda grants the function, asked before jobs. */
import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import { InvokeError, VersionError } from "../../errors.js";
import { MINUTE_MS, SECOND_MS } from "../../util/time.js";
import type { Architecture } from "../../wire/billed.js";
import type { System } from "../../wire/system.js";
import { WIRE_VERSION } from "../../wire/version.js";
import { Backoff } from "../backoff.js";
import type { LambdaConnection } from "./client.js";
import { parseFunctionName } from "./function-name.js";
import { faultOf, nameOf } from "./sdk-errors.js";
import { architectureOf, diskBytesOf, systemOfFunction } from "./system.js";

export interface LambdaLimits {
  /** Shards that Lambda runs at once; undefined when it may not be asked. */
  concurrency: number | undefined;
  /** Longest that an invocation may take, ms. */
  timeoutMs: number;
  /** Memory of the function, MiB; undefined when it may not be asked. */
  memoryMb: number | undefined;
  /** Where the function is; undefined before that was asked. */
  region: string | undefined;
  /** Processor of its workers; undefined when it may not be asked. */
  architecture: Architecture | undefined;
  /** Of its workers, as far as it is known. */
  system: System;
  /** Size of a worker's disk, bytes; undefined when it may not be asked. */
  diskBytes: number | undefined;
  /** Actions that whoever runs this has no right to, so that defaults stand in. */
  denied: string[];
}

/** Longest that Lambda lets any function run, ms ("Lambda quotas"). */
export const MAX_TIMEOUT_MS = 15 * MINUTE_MS;

/** Variable of the function by which `nodewren deploy` says which format its worker speaks. */
const WIRE_VARIABLE = "NODEWREN_WIRE";

/** Time for which a read that fails is tried again, ms. */
const READ_LIMIT_MS = 10_000;

/** Time that a function which is being made or updated gets, ms: mostly seconds, a minute or so in a VPC. */
const SETTLE_LIMIT_MS = 120_000;

type Send = LambdaConnection["client"]["send"];

/** Rejects with `InvokeError` when there is no such function or it cannot run, with `VersionError` when it is of another release. */
export async function learnLimits(
  connection: LambdaConnection,
  settings: { requestTimeoutMs: number },
  signal: AbortSignal,
): Promise<LambdaLimits> {
  const denied: string[] = [];
  const reader = new Reader(connection, settings.requestTimeoutMs, signal, denied);
  const [configuration, reserved, unreserved] = await Promise.all([
    reader.configuration(),
    reader.reserved(),
    reader.unreserved(),
  ]);
  if (reserved === 0) throw new InvokeError(turnedOff(connection));
  if (configuration) checkManaged(configuration, connection);
  if (configuration) checkWire(configuration, connection);
  return {
    concurrency: reserved ?? unreserved,
    timeoutMs: configuration?.Timeout === undefined ? MAX_TIMEOUT_MS : configuration.Timeout * SECOND_MS,
    memoryMb: configuration?.MemorySize,
    region: connection.target.region,
    architecture: configuration && architectureOf(configuration),
    system: systemOfFunction(configuration ?? {}),
    diskBytes: diskBytesOf(configuration ?? {}),
    denied,
  };
}

/** Reads resolve with undefined when they are denied. */
class Reader {
  readonly #connection: LambdaConnection;
  readonly #requestTimeout: number;
  readonly #signal: AbortSignal;
  readonly #denied: string[];
  readonly #name: ReturnType<typeof parseFunctionName>;

  constructor(connection: LambdaConnection, requestTimeout: number, signal: AbortSignal, denied: string[]) {
    this.#connection = connection;
    this.#requestTimeout = requestTimeout;
    this.#signal = signal;
    this.#denied = denied;
    this.#name = parseFunctionName(connection.target.functionName);
  }

  /** Waits until the function is ready. */
  async configuration(): Promise<FunctionConfiguration | undefined> {
    const { sdk, target } = this.#connection;
    const command = () => new sdk.GetFunctionConfigurationCommand({ FunctionName: this.#name.given });
    const wait = new Backoff(SETTLE_LIMIT_MS);
    for (;;) {
      const found = await this.#read("lambda:GetFunctionConfiguration", (send) => send(command(), this.#options()));
      if (found?.State === "Failed")
        throw new InvokeError(
          `Function ${nameOf(target)} is broken: ${found.StateReason}. Run \`npx nodewren deploy\`.`,
        );
      if (!found || !isChanging(found)) return found;
      if (!(await wait.pause(this.#signal)))
        throw new InvokeError(
          `Function ${nameOf(target)} is still being made or updated after ${SETTLE_LIMIT_MS / 1000} s (state ${found.State}, update ${found.LastUpdateStatus}). Look at it in the AWS console, or run \`npx nodewren deploy\`.`,
        );
    }
  }

  async reserved(): Promise<number | undefined> {
    const { sdk } = this.#connection;
    const command = new sdk.GetFunctionConcurrencyCommand({ FunctionName: this.#name.unqualified });
    const found = await this.#read("lambda:GetFunctionConcurrency", (send) => send(command, this.#options()));
    return found?.ReservedConcurrentExecutions;
  }

  async unreserved(): Promise<number | undefined> {
    const command = new this.#connection.sdk.GetAccountSettingsCommand({});
    const found = await this.#read("lambda:GetAccountSettings", (send) => send(command, this.#options()));
    const { UnreservedConcurrentExecutions, ConcurrentExecutions } = found?.AccountLimit ?? {};
    return UnreservedConcurrentExecutions ?? ConcurrentExecutions;
  }

  #options(): { abortSignal: AbortSignal; requestTimeout: number } {
    return { abortSignal: this.#signal, requestTimeout: this.#requestTimeout };
  }

  async #read<T>(action: string, request: (send: Send) => Promise<T>): Promise<T | undefined> {
    const { client, target } = this.#connection;
    const backoff = new Backoff(READ_LIMIT_MS);
    for (;;) {
      try {
        return await request(client.send.bind(client) as Send);
      } catch (cause) {
        this.#signal.throwIfAborted();
        if ((cause as Error).name === "AccessDeniedException") {
          this.#denied.push(action);
          return undefined;
        }
        const { kind, message } = faultOf(cause, target);
        if (kind === "final" || !(await backoff.pause(this.#signal)))
          throw new InvokeError(kind === "lost" ? `${action} got no answer: ${cause}` : message, { cause });
      }
    }
  }
}

function isChanging({ State, LastUpdateStatus }: FunctionConfiguration): boolean {
  return State === "Pending" || LastUpdateStatus === "InProgress";
}

/** A function that does not say was deployed by other means than ours: its first answer will tell. */
function checkWire({ Environment }: FunctionConfiguration, { target }: LambdaConnection): void {
  const found = Environment?.Variables?.[WIRE_VARIABLE];
  if (found === undefined || found === String(WIRE_VERSION)) return;
  throw new VersionError(
    `The worker that is deployed as function ${nameOf(target)} (\`npx nodewren deploy\` puts this release's in its place)`,
    Number(found),
    WIRE_VERSION,
  );
}

/** On Managed Instances, several invocations share a process, as threads of it: a worker could not be ended for one of them. */
function checkManaged({ CapacityProviderConfig }: FunctionConfiguration, { target }: LambdaConnection): void {
  if (!CapacityProviderConfig) return;
  throw new InvokeError(
    `Function ${nameOf(target)} runs on Lambda Managed Instances (a capacity provider), which load functions in threads of one process; nodewren's worker needs a process of its own. Let \`nodewren deploy\` make a function without a capacity provider, under another lambda.functionName, and use that one.`,
  );
}

function turnedOff({ target }: LambdaConnection): string {
  return `Function ${nameOf(target)} has a reserved concurrency of 0, so Lambda runs nothing of it. Raise or remove it: aws lambda delete-function-concurrency --function-name ${target.functionName}`;
}
