// What not every compiler of TypeScript takes: variables of a namespace, accessor fields.
import { group } from "./registry.js";

type Add = (id: string, make: () => unknown, options?: { want?: unknown }) => void;
const { cases, works } = group("TypeScript") as unknown as { cases: unknown[]; works: Add };
export { cases };

namespace Local { export let n = 5; const secret = [1]; export const inc = (): number => { secret.push(n); return ++n; }; export const seen = (): number => secret.length; }
namespace Local { export const merged = "merged"; }
class Accessors { accessor v = 3; static accessor s = "s"; accessor #p = 1; bump(this: Accessors): number { return ++this.#p; } }

works("namespace with state", () => () => { Local.inc(); return [Local.n, Local.seen(), Local.merged]; }, { want: [6, 2, "merged"] });
works("namespace as a value", () => { const ns = Local; return () => { ns.inc(); return Local.n; }; });
works("accessor keyword", () => { const a = new Accessors(); a.v = 9; a.bump(); return () => [a.v, Accessors.s, a.bump(), new Accessors().v]; }, { want: [9, "s", 3, 3] });
