import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command, Option } from "commander";
import type { Config, ResolvedConfig } from "../config/config.js";
import { loadConfig } from "../config/load.js";
import { readConfigFile } from "../config/read-file.js";
import { OptionError } from "../errors.js";
import { textOf } from "../util/describe-value.js";
import { json } from "./text.js";
import { UsageError } from "./usage.js";

interface InitOptions {
  backend: "local" | "lambda";
  store?: string;
  region?: string;
  function?: string;
  format?: "ts" | "json";
  force: boolean;
  json: boolean;
}

/** `nodewren init`: writes a configuration file into the working folder. */
export function initCommand(): Command {
  return new Command("init")
    .description("Writes a configuration file, nodewren.config.ts or .json, into this folder.")
    .addOption(new Option("--backend <name>", "where workers run").choices(["local", "lambda"]).default("local"))
    .option("--store <place>", "s3://bucket/prefix, azure://account/container/prefix, gs://bucket/prefix, or a folder")
    .option("--region <name>", "AWS region")
    .option("--function <name>", "name of the Lambda function")
    .addOption(
      new Option("--format <name>", "default: ts where there is a tsconfig.json, and it can be read").choices([
        "ts",
        "json",
      ]),
    )
    .option("--force", "replace the file if there is one", false)
    .option("--json", "print data instead of text", false)
    .action((options: InitOptions) => {
      const config = configOf(options);
      const { format, note } = formatFor(config, options.format);
      const file = writeConfig(config, { ...options, format });
      console.log(options.json ? json({ file, config }) : messageOf(file, config, note));
    });
}

/** Throws `OptionError` for what would be refused when the file is read. */
function configOf({ backend, store, region, function: functionName }: InitOptions): Config {
  const config: Config = { backend };
  if (store !== undefined) config.store = store;
  if (region !== undefined) config.region = region;
  if (functionName !== undefined) config.lambda = { functionName };
  const { store: place } = checked(config);
  if (backend === "lambda" && place?.kind !== "s3")
    throw new UsageError("store", "Workers on Lambda need a store in S3. Give --store s3://bucket/prefix.");
  return config;
}

function checked(config: Config): ResolvedConfig {
  try {
    return loadConfig({ code: config, env: {}, file: null });
  } catch (error) {
    throw error instanceof OptionError ? new UsageError(error.option, error.message) : error;
  }
}

/** TypeScript only where it can be read again. Throws `UsageError` where it was asked for and cannot. */
function formatFor(config: Config, format: InitOptions["format"]): { format: "ts" | "json"; note: string } {
  const wanted = format ?? (existsSync("tsconfig.json") ? "ts" : "json");
  const why = wanted === "ts" && whyUnreadable(typed(config));
  if (!why) return { format: wanted, note: "" };
  if (format === undefined) return { format: "json", note: ` One in TypeScript could not be read here: ${why}` };
  throw new UsageError("format", `A configuration in TypeScript could not be read here. ${why}`);
}

/** Tries, with a file of another name in the same folder. */
function whyUnreadable(text: string): string | undefined {
  const file = resolve(`.nodewren-init-${process.pid}.ts`);
  try {
    writeFileSync(file, text);
    readConfigFile(file);
    return undefined;
  } catch (error) {
    return error instanceof OptionError ? error.message.replaceAll(file, "nodewren.config.ts") : textOf(error);
  } finally {
    rmSync(file, { force: true });
  }
}

function writeConfig(config: Config, { format, force }: InitOptions & { format: "ts" | "json" }): string {
  const folder = process.cwd();
  const name = `nodewren.config.${format}`;
  const found = readdirSync(folder).filter((one) => /^nodewren\.config\.([cm]?[jt]s|json)$/.test(one));
  const other = found.find((one) => one !== name);
  if (other) throw new OptionError("force", `There is ${other} already, and two would not be read. Remove it first.`);
  if (found.length > 0 && !force)
    throw new OptionError("force", `There is ${name} already. Give --force to replace it.`);
  const file = join(folder, name);
  writeFileSync(file, format === "ts" ? typed(config) : `${json(config)}\n`);
  return file;
}

function typed(config: Config): string {
  return `import { defineConfig } from "nodewren";\n\nexport default defineConfig(${literal(config)});\n`;
}

/** As JSON, but with names that need no quotes. */
function literal(config: Config): string {
  return json(config).replace(/^(\s*)"(\w+)":/gm, "$1$2:");
}

function messageOf(file: string, { backend }: Config, note: string): string {
  const next = backend === "lambda" ? "npx nodewren deploy" : "npx nodewren doctor";
  return `Wrote ${file}.${note}\nNext: ${next}`;
}
