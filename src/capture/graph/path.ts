/** One step on the way from the shipped function to a value; written out only when somebody has to read it. */
export interface Step {
  from: Step | undefined;
  text: string;
  /** Whose the way is, where it does not start at the shipped function: `retries.when`, for one. */
  owner?: string;
}

export function pathText(step: Step | undefined): string {
  const parts: string[] = [];
  let owner: string | undefined;
  for (let at = step; at; at = at.from) {
    parts.push(at.text);
    owner = at.owner;
  }
  const path = parts.reverse().join("");
  return owner === undefined ? path : `${path || "the function"} of ${owner}`;
}

/** The step to an object's property, as code would write it. */
export function stepTo(from: Step | undefined, key: PropertyKey): Step {
  if (typeof key === "symbol") return { from, text: `[${String(key)}]` };
  const name = String(key);
  if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return { from, text: `.${name}` };
  return { from, text: /^(0|[1-9]\d*)$/.test(name) ? `[${name}]` : `[${JSON.stringify(name)}]` };
}
