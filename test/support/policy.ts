/** Whether a policy allows a request: as much of IAM's evaluation as the package's own policies use. */
import type { Policy, Statement } from "../../src/deploy/policies.js";

export interface AskedPermission {
  action: string;
  /** ARN; undefined for actions that name no resource. */
  resource: string | undefined;
  /** Values of condition keys, such as `s3:prefix`. */
  context?: Record<string, string>;
}

export function allows(policy: Policy, asked: AskedPermission): boolean {
  const applying = policy.Statement.filter((statement) => matches(statement, asked)).map(({ Effect }) => Effect);
  return applying.includes("Allow") && !applying.includes("Deny");
}

function matches({ Action, Resource, Condition }: Statement, asked: AskedPermission): boolean {
  const { action, resource = "*", context = {} } = asked;
  return (
    // Without patterns: a policy of ours names each action.
    Action.includes(action) &&
    // Nothing but "*" allows what names no resource.
    Resource.some((pattern) => (resource === "*" ? pattern === "*" : fits(pattern, resource))) &&
    Object.entries(Condition ?? {}).every(([operator, keys]) => holds(operator, keys, context))
  );
}

function holds(operator: string, keys: Record<string, string | string[]>, context: Record<string, string>): boolean {
  return Object.entries(keys).every(([key, wanted]) => {
    const found = context[key];
    if (found === undefined) return false;
    const patterns = [wanted].flat();
    if (operator === "StringEquals") return patterns.includes(found);
    if (operator === "StringLike" || operator === "ArnLike") return patterns.some((pattern) => fits(pattern, found));
    throw new Error(`No ${operator} here: teach it to the evaluator.`);
  });
}

/** `*` stands for any text, `?` for any one character. */
function fits(pattern: string, text: string): boolean {
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, (char) => ({ "*": ".*", "?": "." })[char] ?? `\\${char}`);
  return new RegExp(`^${source}$`, "s").test(text);
}
