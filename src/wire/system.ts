/** The systems that native code is built for, and runs on. */

/** What is undefined is not known, or does not matter. */
export interface System {
  /** As in `process.platform`. */
  platform: string;
  /** As in `process.arch`. */
  arch: string | undefined;
  libc: "glibc" | "musl" | undefined;
  /** Number of Node's binary interface, as in `process.versions.modules`, which addons without Node-API depend on. */
  abi: string | undefined;
}

/** Whether what is built for the one runs on the other, as far as is known. */
export function runsOn(built: System, worker: System): boolean {
  const agrees = (name: keyof System) =>
    built[name] === undefined || worker[name] === undefined || built[name] === worker[name];
  return agrees("platform") && agrees("arch") && agrees("libc") && agrees("abi");
}

/** Such as `"linux-arm64, glibc, addons of version 137"`. */
export function systemText({ platform, arch, libc, abi }: System): string {
  const rest = [libc, abi === undefined ? undefined : `addons of version ${abi}`];
  return [arch === undefined ? platform : `${platform}-${arch}`, ...rest].filter(Boolean).join(", ");
}
