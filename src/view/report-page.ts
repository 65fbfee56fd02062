/** The report page: one file that the build has made, with a job's data put into it. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import serialize from "serialize-javascript";
import { ownRequire } from "../util/own-file.js";
import type { PageData, ReportData } from "./report-data.js";
import { escaped } from "./svg/element.js";

/** What the file has in place of a title and of data. Each is there once. */
const TITLE = "NODEWREN_TITLE";
const DATA = '"NODEWREN_DATA"';

/** Rejects where the package's files are not there, as in a program that was bundled with it and moved away from it. */
export async function reportPage(report: ReportData, isLive = false): Promise<string> {
  const page = brotliDecompressSync(await readFile(builtPage())).toString();
  const data: PageData = { report, isLive };
  const title = escaped(`nodewren: ${report.functionName || `job ${report.jobId}`}`);
  // Functions, as in a text some characters after a $ have a meaning.
  return page.replace(TITLE, () => title).replace(DATA, () => serialize(data, { isJSON: true }));
}

/** In this package, wherever this file itself has been bundled to. */
function builtPage(): string {
  return join(dirname(ownRequire.resolve("nodewren/package.json")), "dist/report-page.html.br");
}
