// npm run test:contract -- --backend=NAME: what every backend must do, on that one, or on each of them without a name. Prints a table at the
// end, with the parts that are real. Exit code 1 when a test failed. What cannot be had here is skipped, and said so loudly.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { backendsUnderTest } from "../test/contract/backends-under-test.js";

interface Row {
  name: string;
  tests: number;
  passed: number;
  failed: number;
  real: string;
}

const { values } = parseArgs({ options: { backend: { type: "string", multiple: true, default: [] } } });
const all = await backendsUnderTest();
const unknown = values.backend.find((name) => all.every((one) => one.name !== name));
if (unknown) throw new Error(`There is no backend ${unknown}, but: ${all.map(({ name }) => name).join(", ")}`);
const wanted = all.filter(({ name }) => values.backend.length === 0 || values.backend.includes(name));

const folder = mkdtempSync(join(tmpdir(), "nodewren-contract-"));
const rows: Row[] = [];
for (const { name, real } of wanted) rows.push(await runOn(name, real));
rmSync(folder, { recursive: true, force: true });
print(rows);
if (rows.some(({ failed }) => failed > 0)) process.exitCode = 1;

async function runOn(name: string, real: string): Promise<Row> {
  const report = join(folder, `${name}.json`);
  const vitest = [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--config",
    "vitest.contract.config.ts",
    "--project=contract",
  ];
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const env = { ...process.env, NODEWREN_CONTRACT_BACKEND: name };
  const child = spawn(process.execPath, [...vitest, ...reporters], { stdio: "inherit", env });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  const found = read(report);
  if (!found) return { name, tests: 0, passed: 0, failed: 1, real: `did not start (exit code ${code})` };
  const { numTotalTests: tests, numPassedTests: passed, numFailedTests, success, testResults } = found;
  const missing = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .find(({ status }) => status === "skipped");
  if (missing) return { name, tests: 0, passed: 0, failed: 0, real: `SKIPPED: ${missing.title}` };
  return { name, tests, passed, failed: success ? numFailedTests : Math.max(1, numFailedTests), real };
}

interface Report {
  numTotalTests: number;
  numPassedTests: number;
  numFailedTests: number;
  success: boolean;
  testResults: { assertionResults: { status: string; title: string }[] }[];
}

function read(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function print(found: readonly Row[]): void {
  const table = [
    ["backend", "tests", "passed", "failed", "real parts"],
    ...found.map(({ name, tests, passed, failed, real }) => [name, tests, passed, failed, real].map(String)),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => (row[column] as string).length)));
  for (const row of table) console.log(row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  "));
}
