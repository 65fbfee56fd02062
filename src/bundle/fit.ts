/** Whether what is native in packages runs on the worker; what does not is left out where it may be, and else refused. */
import path from "node:path";
import { runsOn, type System } from "../wire/system.js";
import { systemHere, systemOf } from "./binaries.js";
import type { GatheredPackage } from "./gather.js";
import type { Manifest } from "./installed.js";
import { builtForOthers } from "./refusals.js";

/** A package with the files of it that travel, by their absolute paths. */
export interface Parcel {
  one: GatheredPackage;
  files: string[];
}

export interface FitOptions {
  system: System;
  /** Addons that code loads only where it catches that they cannot be loaded. */
  guarded: ReadonlySet<string>;
}

/** Names of libraries and programs. What else is named so is read, too, and tells nothing. */
const MAY_BE_NATIVE = /(\.(node|so|dylib|dll|exe)(\.[\d.]+)?|[\\/][^.\\/]+)$/i;

/**
 * Leaves out what the worker cannot run and the others can do without, as npm does on such a system. Throws `CaptureError`
 * for a package that needs what it has not.
 */
export function fitTo(parcels: readonly Parcel[], options: FitOptions): Parcel[] {
  const here = systemHere();
  const unfit = new Map<Parcel, string>();
  for (const parcel of parcels) {
    const reason = unfitReason(parcel, options, here);
    if (reason !== undefined) unfit.set(parcel, reason);
  }
  const names = new Set(parcels.filter((parcel) => !unfit.has(parcel)).map(({ one }) => one.manifest.name));
  for (const parcel of parcels) {
    const absent = absentPart(parcel.one.manifest, names, options.system);
    if (absent !== undefined && !unfit.has(parcel)) unfit.set(parcel, `${absent} is not installed`);
  }
  for (const [{ one }, reason] of unfit) if (!one.optional) throw builtForOthers(wayTo(one), reason, options.system);
  const fitting = parcels.filter((parcel) => !unfit.has(parcel));
  return fitting.map(({ one, files }) => ({
    one,
    files: files.filter((file) => runs(file, options.system) !== false),
  }));
}

/** Names from the user's own package to this one. */
function wayTo(one: GatheredPackage): string[] {
  const names: string[] = [];
  for (let at: GatheredPackage | undefined = one; at; at = at.by)
    names.unshift(at.manifest.name ?? path.basename(at.folder));
  return names;
}

/** Why the package does not run there, as a sentence; undefined when it does. */
function unfitReason(
  { one: { manifest, folder }, files }: Parcel,
  { system, guarded }: FitOptions,
  here: System,
): string | undefined {
  const { os, cpu, libc } = manifest;
  if (![allows(os, system.platform), allows(cpu, system.arch), allows(libc, system.libc)].every(Boolean))
    return `it is for ${[os, cpu, libc].flatMap((names) => names ?? []).join(" ")}`;
  const needed = files.filter((file) => runs(file, system) !== undefined && !guarded.has(file));
  const fits = new Set(needed.filter((file) => runs(file, system)).map(purposeOf));
  // What is for neither this system nor the worker's, such as a part for Windows alone, is not missed here either.
  const isMissed = (file: string) => !fits.has(purposeOf(file)) && (fits.size === 0 || runs(file, here));
  const missed = needed.find(isMissed);
  return missed && `${path.relative(folder, missed)} is built for another system`;
}

/** What a native file is for: its name, without what tells its system, by which a package has it for several. */
function purposeOf(file: string): string {
  return path.basename(file).replace(SYSTEM_WORDS, "");
}

const SYSTEM_WORDS =
  /(?<![a-z])(linux|darwin|win32|linuxmusl|musl|glibc|gnu|x64|arm64|ia32|arm|armv\d|napi|abi\d+|uv\d+)(?![a-z])|[._-]/gi;

/** Undefined for a file that is of no system. */
function runs(file: string, system: System): boolean | undefined {
  const built = MAY_BE_NATIVE.test(file) ? systemOf(file) : undefined;
  return built && runsOn(built, system);
}

/** As npm reads these fields: names, or names that are ruled out. */
function allows(listed: readonly string[] | string | undefined, value: string | undefined): boolean {
  const names = typeof listed === "string" ? [listed] : (listed ?? []);
  if (value === undefined || names.length === 0 || names.includes("any")) return true;
  if (names.includes(`!${value}`)) return false;
  return names.includes(value) || names.every((name) => name.startsWith("!"));
}

/**
 * A package's part for the worker's system, of those that it names as optional dependencies by system, that is not there
 * (`@img/sharp-linux-arm64`); undefined when it has none such, or the part is there.
 */
function absentPart({ optionalDependencies = {} }: Manifest, names: ReadonlySet<string | undefined>, system: System) {
  const { platform, arch, libc } = system;
  if (arch === undefined) return undefined;
  const isPart = new RegExp(`${platform}(musl)?-${arch}(?![a-z0-9])`);
  const isOtherLibc = (name: string) => libc !== undefined && /musl/.test(name) !== (libc === "musl");
  const parts = Object.keys(optionalDependencies).filter((name) => isPart.test(name) && !isOtherLibc(name));
  return parts.some((name) => names.has(name)) ? undefined : parts[0];
}
