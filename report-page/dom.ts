/** Elements of the page. What a job brought along is set as text, and never read as HTML. */

type Child = Node | string;

interface Attributes {
  class?: string;
  id?: string;
  title?: string;
  style?: string;
  [attribute: `aria-${string}`]: string;
  role?: string;
  tabindex?: string;
}

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function button(text: string, onClick: () => void): HTMLButtonElement {
  const made = element("button", {}, text);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

/** A colour with its name. */
export function key(variable: string, text: string): HTMLElement {
  return element("span", { class: "key small soft", style: `--key: var(${variable})` }, text);
}
