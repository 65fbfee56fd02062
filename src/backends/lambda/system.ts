/** What a function tells of the system that its workers run on. */
import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import type { Architecture } from "../../wire/billed.js";
import type { System } from "../../wire/system.js";

/** Numbers of Node's binary interface by its major version (nodejs.org, "Node.js ABI version registry"). */
const ABI_OF_NODE: Record<string, string> = { "22": "127", "24": "137" };

/** Lambda's names of processors. */
const ARCH: Record<string, string> = { x86_64: "x64", arm64: "arm64" };

/** All of Lambda's runtimes for Node.js from 20 on are Amazon Linux 2023. */
export function systemOf(architecture: string | undefined, runtime: string | undefined): System {
  const [, major = ""] = /^nodejs(\d+)/.exec(runtime ?? "") ?? [];
  return { platform: "linux", arch: ARCH[architecture ?? ""], libc: "glibc", abi: ABI_OF_NODE[major] };
}

export function systemOfFunction({ Architectures, Runtime }: FunctionConfiguration): System {
  return systemOf(Architectures?.[0], Runtime);
}

/** Lambda's default is x86_64. */
export function architectureOf({ Architectures }: FunctionConfiguration): Architecture {
  return Architectures?.[0] === "arm64" ? "arm64" : "x86_64";
}

export const MIB = 1024 * 1024;

/** What `/tmp` holds; undefined when the function does not tell. */
export function diskBytesOf({ EphemeralStorage }: FunctionConfiguration): number | undefined {
  return EphemeralStorage?.Size === undefined ? undefined : EphemeralStorage.Size * MIB;
}
