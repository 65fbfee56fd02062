/** Runs npm for a worker's system, in a folder of its own. */
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { systemHere } from "../bundle/binaries.js";
import { DeployError } from "../errors.js";
import { MINUTE_MS } from "../util/time.js";
import { runsOn, type System } from "../wire/system.js";

/** Longest that npm may take, ms: compiling an addon takes minutes. */
const NPM_LIMIT_MS = 30 * MINUTE_MS;

/** Of what npm wrote, characters that an error shows: its last lines say what went wrong. */
const SHOWN_LENGTH = 2000;

/**
 * Installs the packages as npm does on that system, and runs no script of theirs.
 *
 * @param specs as npm takes them, such as `"sharp@0.35.5"`
 * @throws DeployError when npm fails
 */
export async function installFor(folder: string, specs: readonly string[], system: System): Promise<void> {
  writeFileSync(path.join(folder, "package.json"), '{"private":true}\n');
  copyRegistrySettings(folder);
  await npm(folder, ["install", ...specs, "--ignore-scripts", "--install-links", ...systemFlags(system), ...QUIET]);
}

/** Runs the packages' own scripts, which build or fetch what is native, for that system. */
export async function runScripts(folder: string, names: readonly string[], system: System): Promise<void> {
  await npm(folder, ["rebuild", ...names, ...systemFlags(system), ...QUIET], scriptVariables(folder, system));
}

/** Whether npm is set to run no scripts of packages, by whoever uses it: that is theirs to say. */
export async function runsNoScripts(folder: string): Promise<boolean> {
  return (await npm(folder, ["config", "get", "ignore-scripts", "--loglevel=error"])).trim() === "true";
}

const QUIET = ["--no-audit", "--no-fund", "--omit=dev", "--loglevel=error"];

function systemFlags({ platform, arch, libc }: System): string[] {
  return [`--os=${platform}`, ...(arch ? [`--cpu=${arch}`] : []), ...(libc ? [`--libc=${libc}`] : [])];
}

/** Registries and scopes of the project's own. */
function copyRegistrySettings(folder: string): void {
  const settings = path.join(process.cwd(), ".npmrc");
  if (existsSync(settings)) copyFileSync(settings, path.join(folder, ".npmrc"));
}

/** By which prebuild-install and the like know what to fetch. What they cannot fetch must not be compiled for this system. */
function scriptVariables(folder: string, { platform, arch, libc, abi }: System): Record<string, string> {
  if (isHere({ platform, arch, libc, abi })) return {};
  hideCompiler(path.join(folder, "node_modules", ".bin"));
  return {
    npm_config_platform: platform,
    ...(arch && { npm_config_arch: arch }),
    ...(libc === "musl" && { npm_config_libc: libc }),
    ...(abi && { npm_config_abi: abi }),
  };
}

/** Commands of the folder's own packages go before npm's, which runs the compiler under this name. */
function hideCompiler(commands: string): void {
  mkdirSync(commands, { recursive: true });
  for (const [name, text] of [
    ["node-gyp", "#!/bin/sh\nexit 1\n"] as const,
    ["node-gyp.cmd", "@exit /b 1\r\n"] as const,
  ]) {
    rmSync(path.join(commands, name), { force: true });
    writeFileSync(path.join(commands, name), text, { mode: 0o700 });
  }
}

/** Whether what is compiled here runs there. */
function isHere(system: System): boolean {
  return runsOn(systemHere(), system);
}

async function npm(folder: string, args: readonly string[], variables: Record<string, string> = {}): Promise<string> {
  const isWindows = process.platform === "win32";
  const child = spawn(isWindows ? "npm.cmd" : "npm", args, {
    cwd: folder,
    env: { ...process.env, ...variables },
    shell: isWindows,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: NPM_LIMIT_MS,
  });
  let written = "";
  for (const output of [child.stdout, child.stderr]) output.setEncoding("utf8").on("data", (text) => (written += text));
  const ended = await new Promise<string | undefined>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(code === 0 ? undefined : `it ended with ${signal ?? code}`));
  });
  if (ended === undefined) return written;
  throw new DeployError(`npm ${args[0]} failed: ${ended}.\n${written.slice(-SHOWN_LENGTH).trim()}`);
}
