/**
 * What AWS asks for, on demand and without free tier, volume discounts or savings plans, by region. Prices seldom change, and never
 * by themselves here: each table says of which day it is, and `new Executor({ prices })` puts others in its place.
 */
import type { Architecture, BilledPlace } from "../wire/billed.js";

/** In USD. */
export interface Prices {
  /** Day of which they are, such as `"2026-09-19"`. */
  asOf: string;
  /** Where they are from. */
  source: string;
  /** A GB of a worker's memory for a second. */
  gbSecond: number;
  /** An invocation of a worker. */
  invocation: number;
  /** A GB of a worker's disk beyond 512 MB for a second. */
  diskGbSecond: number;
  /** A request of the store that writes or lists. */
  storeWrite: number;
  /** A request of the store that reads. */
  storeRead: number;
  /** An hour of a worker, where no platform of this table bills: of a machine of your own. 0 unless you say so. */
  workerHour: number;
}

export const LAMBDA_AS_OF = "2026-09-19";
const S3_AS_OF = "2024-09-25";
const SOURCE = `AWS price lists as others quote them: Lambda in us-east-1 of ${LAMBDA_AS_OF}, S3 Standard of ${S3_AS_OF}, other regions without a day`;

/** Whose prices stand in for those of a region that is in no table, as most regions have them. */
export const DEFAULT_REGION = "us-east-1";

interface LambdaPrices {
  gbSecond: Record<Architecture, number>;
  invocation: number;
}

const LAMBDA: LambdaPrices = { gbSecond: { x86_64: 0.0000166667, arm64: 0.0000133334 }, invocation: 0.2e-6 };

/** Regions that differ from all others. */
const LAMBDA_IN: Readonly<Record<string, LambdaPrices>> = {
  "af-south-1": { gbSecond: { x86_64: 0.0000221, arm64: 0.00001768 }, invocation: 0.27e-6 },
  "ap-east-1": { gbSecond: { x86_64: 0.00002292, arm64: 0.0000183 }, invocation: 0.28e-6 },
  "ap-southeast-5": { gbSecond: { x86_64: 0.000015, arm64: 0.000012 }, invocation: 0.18e-6 },
  "eu-central-2": { gbSecond: { x86_64: 0.0000183334, arm64: 0.0000146667 }, invocation: 0.22e-6 },
  "eu-south-1": { gbSecond: { x86_64: 0.0000195172, arm64: 0.0000156138 }, invocation: 0.23e-6 },
  "me-south-1": { gbSecond: { x86_64: 0.0000206667, arm64: 0.0000165334 }, invocation: 0.25e-6 },
};

/** For a thousand writes, for a thousand reads, and for a billion GB-seconds of Lambda's disk. */
const REGIONS: Readonly<Record<string, readonly [write: number, read: number, disk: number]>> = {
  "af-south-1": [0.006, 0.0004, 40.4],
  "ap-east-1": [0.005, 0.0004, 40.7],
  "ap-northeast-1": [0.0047, 0.00037, 37],
  "ap-northeast-2": [0.0045, 0.00035, 35.2],
  "ap-northeast-3": [0.0047, 0.00037, 37],
  "ap-south-1": [0.005, 0.0004, 35.2],
  "ap-southeast-1": [0.005, 0.0004, 37],
  "ap-southeast-2": [0.0055, 0.00044, 37],
  "ap-southeast-3": [0.005, 0.0004, 37],
  "ap-southeast-4": [0.0055, 0.00044, 37],
  "ap-southeast-5": [0.0045, 0.00036, 33.3],
  "ca-central-1": [0.0055, 0.00044, 34],
  "eu-central-1": [0.0054, 0.00043, 36.7],
  "eu-central-2": [0.0054, 0.00043, 44.1],
  "eu-north-1": [0.005, 0.0004, 32.3],
  "eu-south-1": [0.0053, 0.0004, 35.7],
  "eu-west-1": [0.005, 0.0004, 34],
  "eu-west-2": [0.0053, 0.00042, 35.8],
  "eu-west-3": [0.0053, 0.00042, 35.8],
  "me-south-1": [0.0055, 0.00044, 37.4],
  "sa-east-1": [0.007, 0.00056, 58.6],
  "us-east-1": [0.005, 0.0004, 30.9],
  "us-east-2": [0.005, 0.0004, 30.9],
  "us-west-1": [0.0055, 0.00044, 37],
  "us-west-2": [0.005, 0.0004, 30.9],
};

export function isRegionKnown(region: string): boolean {
  return Object.hasOwn(REGIONS, region);
}

/** Those of the place, or of `DEFAULT_REGION` where it is not known; with those that the user has given in their place. */
export function pricesOf(
  { region, architecture }: Pick<BilledPlace, "region" | "architecture">,
  given: Partial<Prices> = {},
): Prices {
  const [write, read, disk] = (REGIONS[region] ?? REGIONS[DEFAULT_REGION]) as readonly [number, number, number];
  const { gbSecond, invocation } = LAMBDA_IN[region] ?? LAMBDA;
  const listed: Prices = {
    asOf: LAMBDA_AS_OF,
    source: SOURCE,
    gbSecond: gbSecond[architecture],
    invocation,
    diskGbSecond: disk / 1e9,
    storeWrite: write / 1000,
    storeRead: read / 1000,
    workerHour: 0,
  };
  const others = Object.entries(given).filter(([, price]) => price !== undefined);
  if (others.length === 0) return listed;
  return { ...listed, source: `given by the option prices; the others: ${SOURCE}`, ...Object.fromEntries(others) };
}
