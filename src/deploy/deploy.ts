/** Makes in the account what workers need, and changes only what differs: a second run changes nothing. */
import type { ResolvedConfig } from "../config/config.js";
import { ensureAlias } from "./alias.js";
import { deployError } from "./aws-error.js";
import { ensureBucket } from "./bucket.js";
import { type Context, codeOf, type OnWait, withContext } from "./context.js";
import { ensureFunction } from "./function.js";
import { configurationOf } from "./function-settings.js";
import { ensureConcurrency, ensureEventSettings } from "./invocation.js";
import { ensureLogGroup } from "./log-group.js";
import type { Names, Place } from "./names.js";
import { type DeployedRole, ensureRole } from "./role.js";
import type { OnStep, Step } from "./step.js";

export interface DeployReport extends Place {
  functionArn: string;
  roleArn: string;
  steps: Step[];
}

export interface DeployOptions {
  /** Zip of the worker's bundle; not looked at where the configuration names an image. */
  code: Uint8Array;
  onStep?: OnStep | undefined;
  /** Told of waits that may take minutes. */
  onWait?: OnWait | undefined;
}

/** Rejects with `DeployError`. What was done by then stays, and the next run goes on from there. */
export async function deploy(config: ResolvedConfig, { code, onStep, onWait }: DeployOptions): Promise<DeployReport> {
  return withContext(config, onWait, async (context) => {
    // Fails for variables that are too long, before anything is made.
    configurationOf(context);
    const role: DeployedRole = { id: undefined, isNew: false };
    // In this order: each needs those before it.
    const steps = await runSteps(
      [
        [`Making the bucket ${context.names.bucket}`, () => ensureBucket(context)],
        [`Making the role ${context.names.roleArn}`, () => ensureRole(context, role)],
        [`Making the log group ${context.names.logGroup}`, () => ensureLogGroup(context)],
        [
          `Making the function ${context.names.functionName}`,
          () => ensureFunction(context, codeOf(code, config.lambda.imageUri), role),
        ],
        ["Setting the function's concurrency", () => ensureConcurrency(context)],
        ["Leading the function's alias to it", () => ensureAlias(context)],
        ["Setting how the function takes events", () => ensureEventSettings(context)],
      ],
      context,
      onStep,
    );
    return { ...context.place, ...arnsOf(context.names), steps };
  });
}

function arnsOf({ functionArn, roleArn }: Names): Pick<DeployReport, "functionArn" | "roleArn"> {
  return { functionArn, roleArn };
}

/** One after the other. Rejects with `DeployError`, which names the first that failed. */
export async function runSteps(
  todo: readonly [string, () => Promise<Step>][],
  { clients }: Pick<Context, "clients">,
  onStep?: OnStep,
): Promise<Step[]> {
  const steps: Step[] = [];
  for (const [what, action] of todo) {
    try {
      const step = await action();
      steps.push(step);
      onStep?.(step);
    } catch (cause) {
      throw deployError(what, cause, clients.places);
    }
  }
  return steps;
}
