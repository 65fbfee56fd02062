/** Makes stacks of this worker speak of the user's files: when they are read, and once more when an error is thrown. */
import { markAsWorkersOwn } from "../capture/identity/workers-own.js";
import { originalStack } from "../capture/rebuild/rebuild.js";

/**
 * Our own code as stacks name it, be it by path or by URL: this very file when a bundle holds all of the worker, else
 * the folder of all that is built, or of the sources.
 */
const OWN_CODE = ownFile().replace(
  /(?<=[/\\])(worker[/\\]stacks\.[jt]s|(src|runtime-layer)[/\\](?:[^/\\]+[/\\])?[^/\\]+\.js)$/,
  "",
);
/** The host's, of which the form by module path is captured. */
const HOSTS_CODE = /[/\\]nodewren[/\\]dist[/\\]/;

function ownFile(): string {
  const [, , file] = /^ {4}at (.* \()?(.+?):\d+:\d+\)?$/m.exec(new Error().stack ?? "") ?? [];
  return file ?? import.meta.url;
}

/** The stack in places of the user's files, cut where the worker called the user's function. */
export function userStack(stack: string): string {
  const lines = originalStack(stack).split("\n");
  const first = lines.findIndex(isUsers);
  const end = lines.findIndex((line, index) => first >= 0 && index > first && isOwn(line));
  return (end > 0 ? lines.slice(0, end) : lines).join("\n");
}

const FRAME = /^ {4}at /;

function isOwn(line: string): boolean {
  return FRAME.test(line) && (line.includes(OWN_CODE) || HOSTS_CODE.test(line));
}

/** A frame of a file, and neither of the worker's nor of Node's. */
function isUsers(line: string): boolean {
  return FRAME.test(line) && /[/\\]/.test(line) && !isOwn(line) && !/[( ]node:/.test(line);
}

/** For every stack that is read from now on, printed ones too. A formatter that the user's code sets is left to itself. */
export function installStacks(): void {
  const format = Error.prepareStackTrace;
  if (!format) return;
  Error.prepareStackTrace = markAsWorkersOwn((error: Error, frames: NodeJS.CallSite[]) => {
    const stack: unknown = format(error, frames);
    return typeof stack === "string" ? userStack(stack) : stack;
  });
}
