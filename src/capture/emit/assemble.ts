import { createHash } from "node:crypto";
import { type Payload, writePayload } from "../payload.js";
import type { Loose } from "../types.js";
import { refuseLiveArguments } from "../walk/arguments.js";
import { settlePools } from "../walk/binary.js";
import { claimByPlace } from "../walk/claims.js";
import { type FunctionInfo, type HostNode, isNode } from "../walk/graph.js";
import { settleHomes } from "../walk/homes.js";
import { settleInClass } from "../walk/inside.js";
import { refuseKept } from "../walk/kept.js";
import { finishPartial } from "../walk/members.js";
import { refuseStamped } from "../walk/stamped.js";
import type { Walker } from "../walk/walker.js";
import { emitUnit, namesFor } from "./code.js";
import { markConstants } from "./constants.js";
import { settleLiveImports } from "./live-imports.js";
import { creationOrder } from "./order.js";
import { scopeTree } from "./scopes.js";

export interface Roots {
  name: string;
  root: Loose;
  classes: [string, Loose][];
}

/** Turns the walked graph into a payload. */
export function assemble(walker: Walker, roots: Roots): { bytes: Uint8Array; packages: Payload["packages"] } {
  settlePools(walker);
  for (const node of walker.nodes) finishPartial(node);
  settleHomes(walker);
  settleInClass(walker);
  settleElements(walker);
  refuseStamped(walker);
  refuseLiveArguments(walker);
  refuseKept(walker);
  const coded = walker.nodes.filter((node) => node.fn && !node.fn.element);
  markContested(coded);
  settleLiveImports(walker, coded);
  const suffix = suffixFor(coded);
  const emitted = scopeTree(walker, coded).map((root) => emitUnit(root, namesFor(suffix)));
  const scopes = scopeEntries(emitted);
  const packages = packageTable(walker);
  markConstants(walker.nodes);
  const ordered = creationOrder(walker.nodes, ({ step }) => walker.refuse(step, madeOfItself));
  const payload = {
    ...roots,
    heap: ordered.map((node) => node.data),
    units: emitted.map(({ unit }) => unit),
    scopes,
    packages,
    suffix,
  };
  return { bytes: writePayload(payload, walker.blobs), packages };
}

const madeOfItself = {
  reason: "making it takes objects that are made of it in turn",
  cure: "Make one of them inside the function.",
};

const SUFFIX_DIGITS = 6;

/** A suffix that depends on nothing but the code, so that equal captures give equal bytes, and that no text holds. */
function suffixFor(nodes: readonly HostNode[]): string {
  const hash = createHash("sha256");
  const texts = nodes.map((node) => (node.fn as FunctionInfo).source.text);
  for (const text of texts) hash.update(text).update("\0");
  let digest = hash.digest("hex");
  for (;;) {
    const suffix = `_${digest.slice(0, SUFFIX_DIGITS)}`;
    if (!texts.some((text) => text.includes(suffix))) return suffix;
    digest = createHash("sha256").update(digest).digest("hex");
  }
}

/** Methods of captured classes come with their class. */
function settleElements(walker: Walker): void {
  for (const node of walker.nodes) {
    const info = node.fn;
    if (info?.source.parts && info.source.analysis.privateNames.size > 0) refuseHomeless(walker, node, false);
    if (!info || info.source.parts) continue;
    if (info.inside) {
      settleInside(node, info.inside);
      continue;
    }
    const { usesSuper, privateNames } = info.source.analysis;
    const isBound = (usesSuper && info.home === undefined) || privateNames.size > 0;
    if (!walker.claims.has(node.value) && isBound && !claimByPlace(walker, node))
      refuseHomeless(walker, node, usesSuper);
    const claim = walker.claims.get(node.value);
    if (!claim) continue;
    info.element = claim;
    const { p, x, late, drop } = node.data;
    node.data = { k: "el", c: claim.owner, st: undefined, key: claim.key, slot: claim.slot, p, x, late, drop };
    if (claim.isStatic) node.data.static = true;
    node.needs = [claim.owner, ...(isNode(claim.key) ? [claim.key] : [])];
  }
}

/** Arrows that are written into their class are asked of it, with what they have for `this`. */
function settleInside(node: HostNode, { owner, index, isStatic }: NonNullable<FunctionInfo["inside"]>): void {
  const { p, x, late, drop } = node.data;
  node.data = { k: "in", c: owner, i: index, self: node.fn?.self, p, x, late, drop };
  if (isStatic) node.data.static = true;
  node.needs = [owner];
}

function refuseHomeless(walker: Walker, node: HostNode, usesSuper: boolean): never {
  const what = usesSuper ? "super" : "private names";
  return walker.refuse(
    { from: node.step, text: node.step.text === "" ? what : ` -> ${what}` },
    {
      reason: `it stands in the code of a class or object, and uses ${what}, whose home cannot be found`,
      cure: "Capture the object or class itself, and call a method on it.",
    },
  );
}

/** Functions whose own name is a variable that other captured code assigns. */
function markContested(nodes: readonly HostNode[]): void {
  const assigned = new Set(
    nodes.flatMap((node) => node.fn?.references.filter((one) => one.assigned).map((one) => one.name) ?? []),
  );
  for (const node of nodes) {
    for (const reference of node.fn?.references ?? [])
      if (assigned.has(reference.name)) (reference as Loose).contested = true;
  }
}

function scopeEntries(emitted: ReturnType<typeof emitUnit>[]): Loose[] {
  const ids = new Map<object, number>();
  const entries: Loose[] = [];
  for (const [unit, { instances }] of emitted.entries()) {
    for (const { instance, maker, names } of instances) {
      const vars = names.map((name) => (instance.vars.has(name) ? instance.vars.get(name)?.encoded : ["u"]));
      ids.set(
        instance,
        entries.push({ unit, parent: instance.parent ? ids.get(instance.parent) : -1, maker, vars }) - 1,
      );
    }
  }
  for (const { places } of emitted) {
    for (const [node, { instance, index }] of places)
      Object.assign(node.data, { s: ids.get(instance), i: index }, formOf(node));
  }
  return entries;
}

function formOf({ fn }: HostNode): Loose {
  const { self, args, home, classInfo } = fn as FunctionInfo;
  const keys = classInfo && classInfo.keys.size > 0 ? [...classInfo.keys.values()] : undefined;
  return { self, args, home, keys };
}

function packageTable(walker: Walker): Payload["packages"] {
  const table: Payload["packages"] = [];
  for (const { data } of walker.nodes) {
    if (data.k !== "pkg") continue;
    const { specifier, importer, via } = data;
    let index = table.findIndex((one) => one.specifier === specifier && one.importer === importer && one.via === via);
    if (index < 0) index = table.push({ specifier, importer, via }) - 1;
    for (const key of ["specifier", "importer", "via"]) delete data[key];
    data.n = index;
  }
  return table;
}
