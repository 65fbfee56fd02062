import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { systemOf } from "../backends/lambda/system.js";
import type { ResolvedConfig } from "../config/config.js";
import { OptionError } from "../errors.js";
import { type BuiltLayer, buildLayer } from "../layer/build.js";
import { editConfigFile, type LayerSettings, withLayer } from "../layer/edit-config.js";
import { publishLayer } from "../layer/publish.js";
import { type CommonOptions, configOf, configuredCommand, printStep } from "./shared.js";
import { bytesText, json } from "./text.js";

interface LayerOptions extends CommonOptions {
  out?: string;
}

/** `nodewren layer`: packages that cannot travel, built for the workers' system. */
export function layerCommand(): Command {
  return configuredCommand("layer", "Builds a layer with packages for the workers' system, and configures it.")
    .argument("<name...>", "packages, in the versions installed here; or as name@version")
    .option("--out <file>", "write the layer to this zip file, and publish and configure nothing")
    .action(async (specs: string[], options: LayerOptions) => {
      const config = configOf(options);
      if (options.out === undefined && config.file === undefined)
        throw new OptionError(
          "config",
          "There is no configuration file to put the layer into. Run `npx nodewren init --backend lambda --store s3://bucket/prefix` first, or give --out to have a zip file only.",
        );
      const built = await buildLayer(specs, systemOf(config.lambda.architecture, config.lambda.runtime));
      if (options.out === undefined) await publish(config, built, options.json);
      else await write(options.out, built, options.json);
    });
}

async function write(file: string, { zip, names, unzippedBytes }: BuiltLayer, asJson: boolean): Promise<void> {
  await writeFile(file, zip);
  const text = `Wrote ${file}: ${names.join(", ")}, ${bytesText(zip.byteLength)}, unzipped ${bytesText(unzippedBytes)}.`;
  console.log(asJson ? json({ file, names, bytes: zip.byteLength, unzippedBytes }) : text);
}

async function publish(config: ResolvedConfig, built: BuiltLayer, asJson: boolean): Promise<void> {
  const { arn, step } = await publishLayer(config, built);
  const settings = withLayer(config.lambda, arn, built.names);
  const file = config.file as string;
  const isWritten = editConfigFile(file, settings);
  if (asJson) return console.log(json({ arn, names: built.names, file, written: isWritten, lambda: settings }));
  printStep(step);
  console.log(isWritten ? `Wrote lambda.layers and lambda.packagesOnWorker into ${file}.` : byHand(file, settings));
  console.log("Next: npx nodewren deploy");
}

function byHand(file: string, settings: LayerSettings): string {
  return `${file} is not of a form that can be changed here. Put this into its lambda: ${JSON.stringify(settings)}`;
}
