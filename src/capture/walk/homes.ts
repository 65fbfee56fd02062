import { surroundingObject } from "../source/literal.js";
import type { FunctionInfo, HostNode } from "./graph.js";
import type { Walker } from "./walker.js";

/** Finds what `super` means in methods of object literals: the prototype of the object they were written in. */
export function settleHomes(walker: Walker): void {
  for (const node of [...walker.nodes]) {
    const info = node.fn;
    if (!info?.source.parsed.element || !info.source.analysis.usesSuper || walker.claims.has(node.value)) continue;
    const holders = holdersOf(walker, node);
    const protos = new Set(holders.map((one) => Object.getPrototypeOf(one.value)));
    const proto = protos.size === 1 ? [...protos][0] : undefined;
    if (proto === undefined || !isHome(info, proto)) continue;
    info.home = walker.encode(proto, { from: node.step, text: " super" });
    walker.finish();
  }
}

function holdersOf(walker: Walker, method: HostNode): HostNode[] {
  return walker.nodes.filter(({ data, value }) => {
    if (data.k !== "obj") return false;
    return Reflect.ownKeys(value).some((key) => {
      const own = Object.getOwnPropertyDescriptor(value, key);
      return own?.value === method.value || own?.get === method.value || own?.set === method.value;
    });
  });
}

/** An object that a method was copied to has another prototype than the literal says. */
function isHome(info: FunctionInfo, proto: object | null): boolean {
  const literal = surroundingObject(info.look.location);
  if (!literal) return false;
  return literal.setsPrototype ? proto !== Object.prototype : proto === Object.prototype;
}
