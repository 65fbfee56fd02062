/** What the servers tell of themselves, asked before jobs: how many workers they have, and which release they speak. */
import { InvokeError, VersionError } from "../../errors.js";
import { decodeDescription, type ServedDescription } from "../../wire/served-answer.js";
import type { System } from "../../wire/system.js";
import { WIRE_VERSION } from "../../wire/version.js";
import { Backoff } from "../backoff.js";
import type { RequestFault } from "../request-fault.js";
import { faultOfError, faultOfReply } from "./faults.js";
import type { Preset } from "./presets.js";
import type { HttpSession } from "./session.js";

/** Time for which a server that cannot be read yet is asked again, ms: a container that starts takes seconds. */
const READ_LIMIT_MS = 5000;

export interface LearntOfServers {
  /** Of all servers that answered. */
  workers: number;
  /** Undefined where they differ, or nothing was asked. */
  system: System | undefined;
}

/**
 * Rejects with `InvokeError` when none of the servers answers, or what answers is none, and with `VersionError` when one is of
 * another release. Undefined where nobody tells.
 */
export async function learnOfServers(
  session: HttpSession,
  { describedAt }: Preset,
): Promise<LearntOfServers | undefined> {
  if (describedAt === undefined) return undefined;
  const asked = session.places.map(({ url }) => descriptionAt(session, url, describedAt));
  const settled = await Promise.allSettled(asked);
  const told = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failed = settled.find((one) => one.status === "rejected");
  if (failed && (told.length === 0 || failed.reason instanceof VersionError)) throw failed.reason;
  const [first] = told;
  const isSame = told.every(({ system }) => JSON.stringify(system) === JSON.stringify(first?.system));
  return { workers: told.reduce((sum, { workers }) => sum + workers, 0), system: isSame ? first?.system : undefined };
}

async function descriptionAt(session: HttpSession, url: string, path: string): Promise<ServedDescription> {
  const backoff = new Backoff(READ_LIMIT_MS);
  for (;;) {
    const { description, fault } = await read(session, url, path);
    if (description) return checked(description, url);
    session.closing.throwIfAborted();
    if (fault.kind === "final" || !(await backoff.pause(session.closing))) throw new InvokeError(fault.message);
  }
}

async function read(
  session: HttpSession,
  url: string,
  path: string,
): Promise<{ description: ServedDescription; fault?: never } | { description?: never; fault: RequestFault }> {
  try {
    const reply = await session.read(below(url, path));
    const description = reply.status < 500 ? decodeDescription(reply.body) : undefined;
    return description ? { description } : { fault: faultOfReply(reply, url) };
  } catch (error) {
    return { fault: faultOfError(error, url) };
  }
}

/** A query stays where it is. */
function below(url: string, path: string): string {
  const at = new URL(url);
  if (path !== "") at.pathname = `${at.pathname.replace(/\/$/, "")}/${path}`;
  return at.href;
}

function checked(description: ServedDescription, url: string): ServedDescription {
  if (description.wire === WIRE_VERSION) return description;
  const what = `The worker at ${url} (start it anew from this release of nodewren)`;
  throw new VersionError(what, description.wire, WIRE_VERSION);
}
