/** Scripts for environments that take code cell by cell: `node -e`, the REPL, a notebook. */
import { type Cell, cells } from "./cells.js";

export interface Session {
  /** Path of session-end.js. */
  end: string;
  /** File for the records. */
  out: string;
  /** TypeScript, as a notebook takes it. */
  typed?: boolean;
}

/** One text a cell. The last one writes the records. */
export function cellTexts({ end, out, typed = false }: Session): string[] {
  const list = typed ? "(globalThis as any).wrenCases" : "globalThis.wrenCases";
  const body = cells.map((cell) =>
    cell.ship ? shipText(cell, list, typed) : (((typed && cell.typed) || cell.code) ?? ""),
  );
  const finish = `require(${JSON.stringify(end)}).finish(${list}, ${JSON.stringify(out)})`;
  return [`${list} = [];`, ...body, typed ? `await ${finish};` : `${finish};`];
}

/** The function is made in the cell, at its top level, as a user's would be. */
function shipText(
  { id, ship, shipTyped, refused, either, args = [], ...rest }: Cell,
  list: string,
  typed: boolean,
): string {
  const ideal = refused ? "error" : either ? "either" : "works";
  const known = { id: `sessions/${id}`, group: "sessions", ideal, name: refused ?? either, args };
  const wanted = "want" in rest ? { ...known, want: rest.want } : known;
  const fn = (typed && shipTyped) || ship;
  return `${list}.push(Object.assign(${JSON.stringify(wanted)}, { make: ((fn) => () => fn)(${fn}) }));`;
}
