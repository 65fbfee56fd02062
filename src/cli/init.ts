import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import type { Config } from "../config/config.js";
import { loadConfig } from "../config/load.js";
import { OptionError } from "../errors.js";
import { json } from "./text.js";

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
    .option("--store <place>", "s3://bucket/prefix, or a folder")
    .option("--region <name>", "AWS region")
    .option("--function <name>", "name of the Lambda function")
    .addOption(new Option("--format <name>", "default: ts where there is a tsconfig.json").choices(["ts", "json"]))
    .option("--force", "replace the file if there is one", false)
    .option("--json", "print data instead of text", false)
    .action((options: InitOptions) => {
      const config = configOf(options);
      const file = writeConfig(config, options);
      console.log(options.json ? json({ file, config }) : messageOf(file, config));
    });
}

/** Throws `OptionError` for what would be refused when the file is read. */
function configOf({ backend, store, region, function: functionName }: InitOptions): Config {
  const config: Config = { backend };
  if (store !== undefined) config.store = store;
  if (region !== undefined) config.region = region;
  if (functionName !== undefined) config.lambda = { functionName };
  const { store: place } = loadConfig({ code: config, env: {}, file: null });
  if (backend === "lambda" && place?.kind !== "s3")
    throw new OptionError("store", "Workers on Lambda need a store in S3. Give --store s3://bucket/prefix.");
  return config;
}

function writeConfig(config: Config, { format, force }: InitOptions): string {
  const folder = process.cwd();
  const ending = format ?? (existsSync(join(folder, "tsconfig.json")) ? "ts" : "json");
  const name = `nodewren.config.${ending}`;
  const found = readdirSync(folder).filter((one) => /^nodewren\.config\.([cm]?[jt]s|json)$/.test(one));
  const other = found.find((one) => one !== name);
  if (other) throw new OptionError("force", `There is ${other} already, and two would not be read. Remove it first.`);
  if (found.length > 0 && !force)
    throw new OptionError("force", `There is ${name} already. Give --force to replace it.`);
  const file = join(folder, name);
  writeFileSync(file, ending === "ts" ? typed(config) : `${json(config)}\n`);
  return file;
}

function typed(config: Config): string {
  return `import { defineConfig } from "nodewren";\n\nexport default defineConfig(${literal(config)});\n`;
}

/** As JSON, but with names that need no quotes. */
function literal(config: Config): string {
  return json(config).replace(/^(\s*)"(\w+)":/gm, "$1$2:");
}

function messageOf(file: string, { backend }: Config): string {
  const next = backend === "lambda" ? "npx nodewren deploy" : "npx nodewren doctor";
  return `Wrote ${file}.\nNext: ${next}`;
}
