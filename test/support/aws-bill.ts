/** What AWS would bill for what the local Lambda and the S3 double have recorded: counted from their logs alone. */
import type { LoggedRequest } from "./s3-double/double.js";

export interface AwsBill {
  billedMs: number;
  invocations: number;
  gets: number;
  /** PUT and LIST. */
  puts: number;
  /** By the prices of us-east-1 of late 2026, x86_64. */
  usd: number;
}

const GB_SECOND = 0.0000166667;
const INVOCATION = 0.2 / 1e6;
const GET = 0.0004 / 1000;
const PUT = 0.005 / 1000;

/** Requests that cost nothing. */
const FREE = /^(Delete|HeadBucket)/;
const PUTS = /^(Put|List|Create|Upload|Complete|Copy)/;

/** @param lambdaLog that of the function, with Lambda's own lines */
export function awsBill(lambdaLog: string, s3Log: readonly Pick<LoggedRequest, "operation">[]): AwsBill {
  const reports = [...lambdaLog.matchAll(/Billed Duration: (\d+) ms\s+Memory Size: (\d+) MB/g)];
  const billedMs = reports.reduce((sum, [, ms]) => sum + Number(ms), 0);
  const gbSeconds = reports.reduce((sum, [, ms, mb]) => sum + (Number(ms) / 1000) * (Number(mb) / 1024), 0);
  const billed = s3Log.filter(({ operation }) => !FREE.test(operation));
  const puts = billed.filter(({ operation }) => PUTS.test(operation)).length;
  const gets = billed.length - puts;
  const invocations = reports.length;
  const usd = gbSeconds * GB_SECOND + invocations * INVOCATION + gets * GET + puts * PUT;
  return { billedMs, invocations, gets, puts, usd };
}
