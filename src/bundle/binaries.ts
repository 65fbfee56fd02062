/** Which system the programs and libraries in a package are built for, told by the files themselves. */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import type { System } from "../wire/system.js";

/** Bytes that tell the format and the processor. */
const HEAD_BYTES = 20;

/** Numbers of processors in ELF, Mach-O and PE files. */
const ELF_MACHINES: Record<number, string> = { 3: "ia32", 40: "arm", 62: "x64", 183: "arm64" };
const MACH_CPUS: Record<number, string> = { 16777223: "x64", 16777228: "arm64" };

const ELF = 0x7f454c46;
const MACH_64 = 0xcffaedfe;
const MACH_FAT = 0xcafebabe;
const PE = 0x4d5a;

/** Undefined for a file that is none of one system. */
export function systemOf(file: string): System | undefined {
  const head = headOf(file);
  if (head.byteLength < HEAD_BYTES) return undefined;
  const magic = head.readUInt32BE(0);
  if (magic === ELF) return elfSystem(file, head);
  if (magic === MACH_64)
    return { platform: "darwin", arch: MACH_CPUS[head.readUInt32LE(4)], libc: undefined, abi: abiOf(file) };
  // Class files of Java begin alike.
  if (magic === MACH_FAT && !file.endsWith(".class"))
    return { platform: "darwin", arch: undefined, libc: undefined, abi: abiOf(file) };
  const isWindows = head.readUInt16BE(0) === PE && /\.(node|exe|dll)$/i.test(file);
  return isWindows ? { platform: "win32", arch: undefined, libc: undefined, abi: abiOf(file) } : undefined;
}

/** The system that this process runs on. */
export function systemHere(): System {
  const { platform, arch, versions } = process;
  return { platform, arch, libc: platform === "linux" ? libcHere() : undefined, abi: versions.modules };
}

/** The program that loads this process's own libraries is named near the beginning of Node's file. */
function libcHere(): System["libc"] {
  return headOf(process.execPath, LOADER_BYTES).includes("/ld-musl-") ? "musl" : "glibc";
}

const LOADER_BYTES = 4096;

function headOf(file: string, length = HEAD_BYTES): Buffer {
  const descriptor = openSync(file, "r");
  try {
    const head = Buffer.alloc(length);
    return head.subarray(0, readSync(descriptor, head, 0, length, 0));
  } finally {
    closeSync(descriptor);
  }
}

function elfSystem(file: string, head: Buffer): System {
  const bytes = readFileSync(file);
  const libc = bytes.includes("libc.musl-") ? "musl" : bytes.includes("libc.so.6\0") ? "glibc" : undefined;
  return { platform: "linux", arch: ELF_MACHINES[head.readUInt16LE(18)], libc, abi: abiOf(file, bytes) };
}

/** Addons that use V8 by itself run with one binary interface of Node alone; most newer ones tell which, by a symbol. */
function abiOf(file: string, bytes?: Buffer): string | undefined {
  if (!file.endsWith(".node")) return undefined;
  const code = bytes ?? readFileSync(file);
  const at = code.indexOf(ABI_SYMBOL);
  if (at >= 0) return /^\d+/.exec(code.toString("latin1", at + ABI_SYMBOL.length, at + ABI_SYMBOL.length + 4))?.[0];
  // Of the older ones, what is installed here is taken to be for the Node.js that runs here.
  return code.includes("node_module_register") ? process.versions.modules : undefined;
}

const ABI_SYMBOL = "node_register_module_v";
