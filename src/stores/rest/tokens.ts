/** Bearer tokens: what they can do, whoever reads them can do. */
import { StoreError } from "../../errors.js";
import { type Fault, triesFor } from "../retry.js";

/**
 * The token that the credentials give. Rejects with `StoreError` for a server without TLS that is not on this machine, and where there is none: `hint` says what to do
 * then.
 *
 * @param whose such as `"Google"`
 */
export async function tokenFor(
  { protocol, hostname, origin }: URL,
  whose: string,
  hint: string,
  get: () => Promise<string | null | undefined>,
): Promise<string> {
  if (protocol !== "https:" && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname))
    throw new StoreError(`Tokens of ${whose} are not sent to ${origin}, which has no TLS. Use https.`, {
      isTransient: false,
    });
  try {
    const token = await get();
    if (token) return token;
  } catch (cause) {
    throw noToken(whose, hint, cause);
  }
  throw noToken(whose, hint, undefined);
}

function noToken(whose: string, hint: string, cause: unknown): StoreError {
  const said = cause instanceof Error ? ` (${cause.message.split("\n", 1)[0]})` : "";
  // Whoever gives tokens may be out for a while; to be without credentials does not pass.
  const isTransient = [cause, (cause as Error | undefined)?.cause].some((one) => triesFor((one ?? {}) as Fault) > 1);
  return new StoreError(`No token of ${whose} was to be had${said}. ${hint}`, { cause, isTransient });
}
