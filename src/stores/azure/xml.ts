/** What is read of the service's XML: text between tags, in which it escapes what is markup. */

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Contents of all elements of that name, as they stand there. */
export function elements(xml: string, name: string): { attributes: string; content: string }[] {
  const pattern = new RegExp(`<${name}(\\s[^>]*?)?>(.*?)</${name}>`, "gs");
  return [...xml.matchAll(pattern)].map(([, attributes = "", content = ""]) => ({ attributes, content }));
}

/** Text of the first element of that name; "" when there is none. */
export function textIn(xml: string, name: string): string {
  const [first] = elements(xml, name);
  return first ? unescaped(first.content) : "";
}

export function unescaped(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (all, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? all;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal));
  });
}
