/** XML as S3 writes it, and as much reading of it as the SDK's requests need. */

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these need a reference, or a parser changes or refuses them
  return text.replace(/[&<>"]|[\u0000-\u001f]/g, (char) => ENTITIES[char] ?? `&#${char.charCodeAt(0)};`);
}

/** `<name>text</name>` for each property; arrays of elements come as text already. */
export function elements(fields: Record<string, string | number | boolean | undefined>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<${name}>${escaped(String(value))}</${name}>`)
    .join("");
}

export function documentOf(name: string, content: string): Buffer {
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</${name}>`,
  );
}

/** Contents of every element of that name, entities and all. */
export function contentsOf(xml: string, name: string): string[] {
  return Array.from(
    xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>(.*?)</${name}>`, "gs")),
    ([, content]) => content ?? "",
  );
}

export function textOf(xml: string, name: string): string {
  return unescaped(contentsOf(xml, name)[0] ?? "");
}

function unescaped(text: string): string {
  return text.replace(/&(#x?[0-9a-fA-F]+|\w+);/g, (whole, entity: string) => {
    if (entity.startsWith("#x")) return String.fromCodePoint(Number.parseInt(entity.slice(2), 16));
    if (entity.startsWith("#")) return String.fromCodePoint(Number(entity.slice(1)));
    return { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }[entity] ?? whole;
  });
}
