/** The recipe of a job: a digest of all that its results depend on, but the inputs. Equal functions have equal ones, in any process. */
import { createHash } from "node:crypto";
import { canonicalParts } from "../capture/payload/canonical.js";
import { FORMAT_VERSION } from "../codec/tags.js";
import type { Fold } from "../wire/messages.js";
import type { CapturedJob } from "./capture-setups.js";
import type { Environment } from "./environment.js";
import { identityOf } from "./package-identity.js";

/** Raised when results that were kept must not be found any more, as what they are found by has another meaning. */
const RECIPE_VERSION = 1;

export interface RecipeParts {
  job: CapturedJob;
  /** What calls see of the environment. */
  env: Environment | undefined;
  fold: Fold | undefined;
}

/** 64 hexadecimal digits. */
export function recipeOf({ job, env = {}, fold }: RecipeParts): string {
  const hash = createHash("sha256");
  const add = (part: string | Uint8Array) => {
    hash.update(`${part.length} `).update(part);
  };
  const [major] = process.versions.node.split(".");
  const set = Object.entries(env).filter(([, value]) => value !== null);
  add(JSON.stringify([RECIPE_VERSION, FORMAT_VERSION, major, fold ?? null, job.setups.length]));
  for (const { bytes } of [job.alone, ...job.setups]) for (const part of canonicalParts(bytes, identityOf)) add(part);
  add(JSON.stringify([...new Set(job.packages.map(identityOf))].sort()));
  add(JSON.stringify(set.sort(([a], [b]) => (a < b ? -1 : 1))));
  return hash.digest("hex");
}
