/** SVG as text. */
import { escapeHtml } from "../../util/html.js";

/** Text that is markup already; other text is escaped on its way into it. */
export interface Markup {
  readonly markup: string;
}

export type Attributes = Readonly<Record<string, string | number>>;

/** Finer than a hundredth of a pixel is noise. */
const DECIMALS = 2;

/** Children that are no markup are text. */
export function element(name: string, attributes: Attributes, ...children: (Markup | string)[]): Markup {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(attributeText(value))}"`);
  const inner = children.map((child) => (typeof child === "string" ? escaped(child) : child.markup)).join("");
  return { markup: `<${name}${written.join("")}${inner === "" ? "/>" : `>${inner}</${name}>`}` };
}

export function group(attributes: Attributes, children: readonly Markup[]): Markup {
  return element("g", attributes, ...children);
}

/** A rounded number, as it may stand in a path. */
export function rounded(value: number): number {
  return Number(value.toFixed(DECIMALS));
}

function attributeText(value: string | number): string {
  return typeof value === "number" ? String(rounded(value)) : value;
}

/** Control characters, most of which XML cannot hold however they are written, and halves of characters, which no encoding has. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNFIT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff\p{Cs}]/gu;

/** For text and for attributes, in SVG and in HTML. */
export function escaped(text: string): string {
  return escapeHtml(text.replace(UNFIT, "\ufffd"));
}
