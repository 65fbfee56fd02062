/** Text as HTML, for pages whose style is not ours. */

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Shown as it is, wherever in an element or in an attribute with quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

/** In Jupyter's own colour for errors, in its light and dark themes; elsewhere in one that can be read on both. */
export function redHtml(text: string): string {
  return `<b style="color:var(--jp-error-color1,#d33)">${escapeHtml(text)}</b>`;
}

/** As it is, with its line breaks and columns. */
export function preHtml(text: string): string {
  return `<pre>${escapeHtml(text)}</pre>`;
}

/** Lines below a first one, which is their title. */
export function linesHtml([title = "", ...lines]: readonly string[]): string {
  return [`<b>${escapeHtml(title)}</b>`, ...lines.map(escapeHtml)].map((line) => `<div>${line}</div>`).join("");
}

/** @param head names of the columns */
export function tableHtml(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rowOf = (cells: readonly string[], tag: "th" | "td") =>
    `<tr>${cells.map((cell) => `<${tag} style="text-align:right">${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const body = rows.map((cells) => rowOf(cells, "td")).join("");
  return `<table><thead>${rowOf(head, "th")}</thead><tbody>${body}</tbody></table>`;
}
