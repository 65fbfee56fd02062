import type { System } from "../wire/system.js";

/** What native code has to run on here. */
export function ownSystem(): System {
  const { platform, arch, versions } = process;
  return { platform, arch, libc: platform === "linux" ? libc() : undefined, abi: versions.modules };
}

/** Node's report has the version of glibc, where there is one. */
function libc(): System["libc"] {
  const report = process.report.getReport() as unknown as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined ? "musl" : "glibc";
}
