import type { JobReport } from "nodewren";

/** Prints what pairs of [key, value] took that were reduced: of the first job, and of the reducers. */
export function printRequests([map, reducers]: readonly JobReport[]): void {
  for (const report of [map, reducers]) {
    if (!report) continue;
    const { workers, host, hostBytes } = report.requests;
    const requests = workers.reads + workers.writes + host.reads + host.writes;
    console.log(
      report === map
        ? `map: ${report.calls} calls in ${report.shards} shards`
        : `reduce: ${report.calls} reducers in ${report.shards} shards`,
      `| store: ${workers.writes} writes and ${workers.reads} reads by workers, ${host.writes} and ${host.reads} by the host,`,
      `${(requests / report.shards).toFixed(2)} a shard, ${workers.lists + host.lists} lists | through the host: ${hostBytes} bytes`,
      report === map ? "of how shards ended" : "with the results",
    );
  }
}
