/** Puts a configuration together. The order: options in code, then NODEWREN_* variables, then the file, then defaults. */
import { dirname, resolve } from "node:path";
import { OptionError } from "../errors.js";
import { didYouMean } from "../util/did-you-mean.js";
import type { Config, ResolvedConfig, SettingSource } from "./config.js";
import { findConfigFile } from "./find-file.js";
import { readConfigFile } from "./read-file.js";
import { SETTINGS, type Setting } from "./settings.js";
import { parseStoreLocation } from "./store-location.js";

export interface LoadOptions {
  /** Where the search for a file starts, and what a relative store of a variable starts from. Default `process.cwd()`. */
  cwd?: string | undefined;
  /** Default `process.env`. */
  env?: NodeJS.ProcessEnv | undefined;
  /** Settings that go before all others. Default none. */
  code?: Config | undefined;
  /** Path of the file; null: none. Default: variable `NODEWREN_CONFIG`, else searched. */
  file?: string | null | undefined;
}

/** What one source says, by the keys of the settings. */
interface Layer {
  from: SettingSource["from"];
  values: Map<string, { value: unknown; name: string }>;
  /** What relative paths start from. */
  base: string;
}

interface Found {
  value: unknown;
  source: SettingSource;
  base: string;
}

/** Throws `OptionError` naming file or variable and key, for a setting that is unknown or not of its kind. */
export function loadConfig({
  cwd = process.cwd(),
  env = process.env,
  code = {},
  file,
}: LoadOptions = {}): ResolvedConfig {
  const path = file === null ? undefined : pathOf(file ?? env["NODEWREN_CONFIG"], cwd);
  const layers = [layerOfObject("code", "", code, cwd), layerOfVariables(env, cwd)];
  if (path) layers.push(layerOfObject("file", path, readConfigFile(path), dirname(path)));
  const found = new Map(SETTINGS.map((setting) => [setting.key, find(setting, layers)]));
  const values = Object.fromEntries([...found].map(([key, { value }]) => [key, value]));
  const sources = Object.fromEntries([...found].map(([key, { source }]) => [key, source]));
  return resolved(values, found.get("store") as Found, path, sources);
}

/** An empty name counts as none. */
function pathOf(named: string | undefined, cwd: string): string | undefined {
  return named ? resolve(cwd, named) : findConfigFile(cwd);
}

function resolved(
  values: Record<string, unknown>,
  store: Found,
  file: string | undefined,
  sources: Record<string, SettingSource>,
): ResolvedConfig {
  const within = (group: string) =>
    Object.fromEntries(
      Object.entries(values)
        .filter(([key]) => key.startsWith(`${group}.`))
        .map(([key, value]) => [key.slice(group.length + 1), value]),
    );
  const s3 = within("s3");
  s3["forcePathStyle"] ??= s3["endpoint"] !== undefined;
  return {
    backend: values["backend"],
    store: typeof store.value === "string" ? parseStoreLocation(store.value, store.base) : undefined,
    workers: values["workers"],
    lambda: within("lambda"),
    command: within("command"),
    http: within("http"),
    endpoints: within("endpoints"),
    s3,
    azure: within("azure"),
    gcs: within("gcs"),
    file,
    sources,
    // Each value was checked against the kind of its setting.
  } as unknown as ResolvedConfig;
}

/** Source by source, and only within one source from the special to the general. */
function find(setting: Setting, layers: readonly Layer[]): Found {
  for (const { from, values, base } of layers) {
    const found = values.get(setting.key) ?? values.get(setting.fallback ?? "");
    if (found) return { value: found.value, source: { from, name: found.name }, base };
  }
  return { value: setting.default, source: { from: "default", name: "" }, base: "" };
}

function layerOfVariables(env: NodeJS.ProcessEnv, base: string): Layer {
  const values: Layer["values"] = new Map();
  for (const setting of SETTINGS) {
    const text = env[setting.variable];
    if (text === undefined || text === "") continue;
    const value = setting.kind.parse(text);
    check(setting, value, `Variable ${setting.variable}`, text);
    values.set(setting.key, { value, name: setting.variable });
  }
  return { from: "variable", values, base };
}

function layerOfObject(from: "code" | "file", name: string, object: unknown, base: string): Layer {
  const values: Layer["values"] = new Map();
  const where = from === "code" ? "the options" : name;
  for (const [key, value] of entriesOf(object, "", where)) {
    const setting = SETTINGS.find((one) => one.key === key) ?? refuseKey(key, where);
    if (value === undefined) continue;
    check(setting, value, `Setting ${key} of ${where}`, value);
    values.set(key, { value, name });
  }
  return { from, values, base };
}

/** Settings in groups as `group.name`. */
function entriesOf(object: unknown, group: string, where: string): [string, unknown][] {
  if (typeof object !== "object" || object === null || Array.isArray(object)) {
    const what = group === "" ? "The configuration" : `Setting ${group.slice(0, -1)}`;
    throw new OptionError(
      group.slice(0, -1) || "config",
      `${what} of ${where} must be an object, but is ${shown(object)}.`,
    );
  }
  return Object.entries(object).flatMap(([name, value]) => {
    const isGroup = group === "" && SETTINGS.some(({ key }) => key.startsWith(`${name}.`));
    return isGroup && value !== undefined
      ? entriesOf(value, `${name}.`, where)
      : [[`${group}${name}`, value] as [string, unknown]];
  });
}

function refuseKey(key: string, where: string): never {
  const group = key.slice(0, key.indexOf(".") + 1);
  const known = SETTINGS.map((one) => one.key).filter((one) => one.startsWith(group));
  throw new OptionError(
    key,
    `There is no setting ${key}, found in ${where}. ${didYouMean(key, known)}There are: ${known.join(", ")}.`,
  );
}

function check({ key, kind }: Setting, value: unknown, what: string, given: unknown): void {
  if (kind.check(value)) return;
  throw new OptionError(key, `${what} must be ${kind.wanted}, but is ${shown(given)}.`);
}

function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  return JSON.stringify(value) ?? String(value);
}
