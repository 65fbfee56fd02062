/** The folder of results that are kept where an executor has no store that stays. */
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** As the XDG Base Directory Specification has it, which says to ignore a variable that is no absolute path. */
export function defaultCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const { XDG_CACHE_HOME: given = "" } = env;
  return join(isAbsolute(given) ? given : join(homedir(), ".cache"), "nodewren");
}
