import type { Command } from "commander";
import type { ResolvedConfig } from "../config/config.js";
import { SETTINGS } from "../config/settings.js";
import { placeText } from "../util/store-place.js";
import { cloudChecks } from "./doctor/cloud.js";
import { configCheck, nodeCheck, type OneBackend, serversCheck, storeCheck, workerCheck } from "./doctor/here.js";
import { hostChecks } from "./doctor/hosts.js";
import { type Check, type Finding, runChecks } from "./doctor/run-checks.js";
import { type CommonOptions, configuredCommand } from "./shared.js";
import { columns, json } from "./text.js";

interface DoctorOptions extends CommonOptions {
  run: boolean;
}

/** `nodewren doctor`: whether jobs can run as configured, and what to do where they cannot. */
export function doctorCommand(): Command {
  return configuredCommand("doctor", "Checks whether jobs can run as configured, and says what to do if not.")
    .option("--run", "also run a small job where that costs something, as on Lambda, or waits in a queue", false)
    .action(async (options: DoctorOptions) => {
      const loaded: { config?: ResolvedConfig } = {};
      const first: Check[] = [nodeCheck(), configCheck(options.config, (config) => (loaded.config = config))];
      const findings = await runChecks(first);
      const { config } = loaded;
      if (config) findings.push(...(await checkJobs(config, options.run)));
      if (options.json) console.log(json({ settings: config && settingsOf(config), checks: findings }));
      else print(config, findings);
      if (findings.some(({ status }) => status === "failed")) process.exitCode = 1;
    });
}

/** Each of several by itself. */
async function checkJobs(config: ResolvedConfig, runs: boolean): Promise<Finding[]> {
  const names = [config.backend].flat();
  const findings: Finding[] = [];
  for (const backend of names) {
    const found = await checkBackend({ ...config, backend }, runs);
    findings.push(...found.map((one) => (names.length > 1 ? { ...one, name: `${backend}: ${one.name}` } : one)));
  }
  return findings;
}

async function checkBackend(config: OneBackend, runs: boolean): Promise<Finding[]> {
  if (config.backend === "local") return runChecks([storeCheck(config), workerCheck(config)]);
  if (config.backend === "command") return checkHosts(config, runs);
  if (config.backend === "http") return runChecks([serversCheck(config), storeCheck(config), workerCheck(config)]);
  const cloud = await cloudChecks(config);
  try {
    const last = workerCheck(config);
    const onDemand = runs ? last : { ...last, skip: "not run, as it takes one billed invocation: add --run" };
    return await runChecks([...cloud.checks, storeCheck(config), onDemand]);
  } finally {
    cloud.close();
  }
}

async function checkHosts(config: OneBackend, runs: boolean): Promise<Finding[]> {
  const { checks, close } = hostChecks(config, runs);
  try {
    const [store, worker] = [storeCheck(config), workerCheck(config)];
    const skip = checks[0]?.skip;
    return await runChecks([store, ...checks, skip === undefined ? worker : { ...worker, skip }]);
  } finally {
    await close();
  }
}

interface ShownSetting {
  value: unknown;
  from: string;
  name: string;
}

/** Settings that say more than their defaults. General ones show in those that they stand in for. */
function settingsOf(config: ResolvedConfig): Record<string, ShownSetting> {
  const shown: Record<string, ShownSetting> = {};
  for (const { key } of SETTINGS) {
    const source = config.sources[key];
    const value = settingIn(config, key);
    if (source && source.from !== "default" && value !== undefined) shown[key] = { value, ...source };
  }
  return shown;
}

function settingIn(config: ResolvedConfig, key: string): unknown {
  if (key === "store") return config.store && placeText(config.store);
  return key.split(".").reduce((at: unknown, name) => (at as Record<string, unknown> | undefined)?.[name], config);
}

function print(config: ResolvedConfig | undefined, findings: readonly Finding[]): void {
  const settings = config ? Object.entries(settingsOf(config)) : [];
  if (settings.length > 0)
    console.log(
      `${columns(settings.map(([key, one]) => [key, textOfValue(one.value), `from ${one.name || one.from}`]))}\n`,
    );
  console.log(columns(findings.map(({ status, name, detail }) => [status, name, detail])));
}

function textOfValue(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
