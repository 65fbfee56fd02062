/**
 * What is known of platforms that take shards by HTTP, as data. Limits are those of the platforms' documentation as far as it was known in 2026, and
 * were not tried there: the options of `HttpBackend` go before them.
 */
import { HOUR_MS, MINUTE_MS } from "../../util/time.js";

export interface Preset {
  /** Name for messages. */
  title: string;
  /** Longest that one request may take, ms: what the platform takes by default, or its users most often set. */
  timeoutMs: number;
  /** Largest body of a request, bytes. */
  maxRequestBytes: number;
  /** Shards at once, unless the option `concurrency` says so; undefined: as many as the servers have workers. */
  concurrency: number | undefined;
  /** Path below the URL at which a server tells what it is, without running anything; undefined: nobody answers there. */
  describedAt: string | undefined;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** As `MAX_BODY_BYTES` of the server. */
const SERVER_BYTES = 32 * MIB;

/** Workers that a platform starts by itself as requests come: as many as most let a service grow to at first. */
const SCALED = 100;

/** A function of ours behind a platform's own server, or proxy, on which nothing else is served. */
const FUNCTION = { concurrency: SCALED, describedAt: undefined };

/** A container with our own server, of which the platform starts more and fewer. */
const CONTAINERS = { maxRequestBytes: SERVER_BYTES, concurrency: SCALED, describedAt: "ready" };

export const PRESETS = {
  /** `nodewren serve`, or its container, on hosts of one's own. */
  server: {
    title: "nodewren serve",
    timeoutMs: 24 * HOUR_MS,
    maxRequestBytes: SERVER_BYTES,
    concurrency: undefined,
    describedAt: "ready",
  },
  /** Such servers behind a load balancer, which mostly gives up after a minute of silence. */
  "load-balancer": { ...CONTAINERS, title: "a load balancer", timeoutMs: MINUTE_MS },
  "cloud-run": { ...CONTAINERS, title: "Google Cloud Run", timeoutMs: 5 * MINUTE_MS },
  "cloud-functions": {
    title: "Google Cloud Functions",
    timeoutMs: MINUTE_MS,
    maxRequestBytes: 10 * MIB,
    concurrency: SCALED,
    describedAt: "",
  },
  knative: { ...CONTAINERS, title: "Knative", timeoutMs: 5 * MINUTE_MS },
  "azure-container-apps": { ...CONTAINERS, title: "Azure Container Apps", timeoutMs: 4 * MINUTE_MS },
  "azure-functions": {
    ...FUNCTION,
    title: "Azure Functions",
    // Azure's load balancer ends a request that is silent for so long, whatever the function's own limit.
    timeoutMs: 230_000,
    maxRequestBytes: 100 * MIB,
  },
  fly: { ...CONTAINERS, title: "Fly", timeoutMs: MINUTE_MS },
  openfaas: { ...FUNCTION, title: "OpenFaaS", timeoutMs: MINUTE_MS, maxRequestBytes: SERVER_BYTES },
  fn: { ...FUNCTION, title: "Fn", timeoutMs: 30_000, maxRequestBytes: 5 * MIB },
  openwhisk: { ...FUNCTION, title: "OpenWhisk", timeoutMs: MINUTE_MS, maxRequestBytes: MIB },
  fission: { ...FUNCTION, title: "Fission", timeoutMs: MINUTE_MS, maxRequestBytes: MIB },
} satisfies Record<string, Preset>;

export type PresetName = keyof typeof PRESETS;
