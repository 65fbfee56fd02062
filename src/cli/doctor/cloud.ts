/** Checks of what jobs on Lambda need. */
import type { ResolvedConfig } from "../../config/config.js";
import { type CloudChecks, openCloudChecks } from "../../deploy/cloud-checks.js";
import type { Check } from "./run-checks.js";

export async function cloudChecks(config: ResolvedConfig): Promise<{ checks: Check[]; close: () => void }> {
  let opened: CloudChecks | undefined;
  const ask = (what: Exclude<keyof CloudChecks, "close">) => () => (opened as CloudChecks)[what]();
  const open = async () => {
    opened = await openCloudChecks(config);
    return "installed";
  };
  const checks: Check[] = [
    { name: "packages", run: open },
    { name: "credentials", needs: ["packages"], run: ask("place") },
    { name: "function", needs: ["credentials"], run: ask("functionState") },
    { name: "release", needs: ["function"], run: ask("release") },
    { name: "settings", needs: ["function"], run: ask("settings") },
    ...networkCheck(config, ask("network")),
    ...(config.lambda.provisionedConcurrency === undefined
      ? []
      : [{ name: "provisioned", needs: ["function"], run: ask("provisioned") }]),
    { name: "concurrency", needs: ["function"], run: ask("concurrency") },
  ];
  return { checks, close: () => opened?.close() };
}

/** None where workers are in no VPC. */
function networkCheck({ lambda, s3 }: ResolvedConfig, run: Check["run"]): Check[] {
  if (lambda.subnetIds.length === 0) return [];
  const skip = s3.endpoint && `the way to ${s3.endpoint} is not known here: --run tells`;
  return [{ name: "network", skip, needs: ["credentials"], run }];
}
