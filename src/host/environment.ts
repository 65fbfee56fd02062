/** The environment that the calls of a job see: the variables that their functions read, and those of the option `env`. */
import type { Backend } from "../backends/backend.js";
import type { Captured } from "../capture/capture.js";
import { looksSecret } from "../capture/report/secrets.js";
import type { JobOptions } from "../options.js";

/** Values of variables by name; null for those that are to be unset. */
export type Environment = Readonly<Record<string, string | null>>;

/**
 * Variables that tell of the machine, its credentials and how Node runs there: workers elsewhere have their own. Those of
 * AWS are set by the platform.
 */
const OF_THE_MACHINE =
  /^(AWS_|LAMBDA_|LD_|NODE_|NODEWREN_|npm_|_)|^(PATH|HOME|HOSTNAME|LANG|LC_\w+|LOGNAME|OLDPWD|PWD|SHELL|SHLVL|TEMP|TERM|TMP|TMPDIR|TZ|USER)$/;

/**
 * Workers of this machine get all that the functions read as it is now, so that warm and new ones agree. Those elsewhere
 * keep what is their machine's, and what is unset here; what looks like a secret leaves this machine only with
 * `secrets: "ignore"`.
 */
export function environmentOfJob(
  reach: Backend["reach"],
  functions: readonly Captured[],
  { env, secrets }: Pick<JobOptions, "env" | "secrets">,
): Environment | undefined {
  const found: Record<string, string | null> = Object.create(null);
  for (const { environment } of functions)
    for (const [name, value] of environment) {
      if (reach !== "network") found[name] = value ?? null;
      else if (value !== undefined && leaves(name, value, secrets)) found[name] = value;
    }
  const all = { ...found, ...env };
  return Object.keys(all).length > 0 ? all : undefined;
}

function leaves(name: string, value: string, secrets: JobOptions["secrets"]): boolean {
  return !OF_THE_MACHINE.test(name) && (secrets === "ignore" || !looksSecret(name, value));
}
