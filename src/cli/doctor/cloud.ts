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
    { name: "concurrency", needs: ["function"], run: ask("concurrency") },
  ];
  return { checks, close: () => opened?.close() };
}
