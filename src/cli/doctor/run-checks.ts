import { NodewrenError } from "../../errors.js";
import { textOf } from "../../util/describe-value.js";

export interface Check {
  name: string;
  /** Why it need not be run; undefined: it is. */
  skip?: string | undefined;
  /** Resolves with what was found; throws with what is wrong and its hint. */
  run(): Promise<string>;
  /** Names of checks that must have been ok. */
  needs?: readonly string[];
}

export interface Finding {
  name: string;
  status: "ok" | "failed" | "skipped";
  /** What was found; what is wrong, and its hint; or why nothing was checked. */
  detail: string;
}

/** One after the other; a check whose needs were not met is skipped. */
export async function runChecks(checks: readonly Check[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const isOk = (name: string) => findings.some((one) => one.name === name && one.status === "ok");
  for (const { name, skip, needs = [], run } of checks) {
    const missing = needs.find((need) => !isOk(need));
    const why = skip ?? (missing && `needs: ${missing}`);
    findings.push(why === undefined ? await finding(name, run) : { name, status: "skipped", detail: why });
  }
  return findings;
}

async function finding(name: string, run: () => Promise<string>): Promise<Finding> {
  try {
    return { name, status: "ok", detail: await run() };
  } catch (error) {
    return { name, status: "failed", detail: error instanceof NodewrenError ? error.message : textOf(error) };
  }
}
