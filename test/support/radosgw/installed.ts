import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const PROGRAMS = ["radosgw", "radosgw-admin", "ceph", "ceph-mon", "ceph-osd", "ceph-authtool", "monmaptool"];

const absent = PROGRAMS.filter((program) => !isInPath(program));

/** Why there is no real S3 server here; undefined when there is one. */
export const noRealS3 =
  absent.length === 0
    ? undefined
    : `no real S3 server here, since ${absent.join(", ")} are not installed (Debian: apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd ceph-common)`;

function isInPath(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}
