/** URLs as they are written in options: a list, in which `{1..16}` stands for a range of numbers. */

/** A machine has no more ports. */
const MAX_URLS = 65_536;

/** Undefined when one of them is none that shards can be sent to. */
export function urlsOf(given: unknown): string[] | undefined {
  const written: readonly unknown[] = Array.isArray(given) ? given : [given];
  const urls = written.flatMap((one) => (typeof one === "string" ? expanded(one) : [""]));
  return urls.length > 0 && urls.length <= MAX_URLS && urls.every(isFit) ? urls : undefined;
}

/** One with a password in it would show in messages. */
function isFit(text: string): boolean {
  if (!/^https?:\/\//.test(text) || /[{}]/.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === "" && password === "";
}

function expanded(text: string): string[] {
  const [range, from = "", to = ""] = /\{(\d+)\.\.(\d+)\}/.exec(text) ?? [];
  if (range === undefined) return [text];
  const count = Number(to) - Number(from) + 1;
  if (count < 1 || count > MAX_URLS) return [""];
  // "{01..16}" counts with as many digits.
  return Array.from({ length: count }, (_, i) => String(Number(from) + i).padStart(from.length, "0")).flatMap(
    (number) => expanded(text.replace(range, number)),
  );
}
