import { type HostNode, infoOf, type Reference } from "../graph/node.js";
import { declaredAs } from "../graph/variable.js";
import { lookAgain } from "../inspect/look.js";
import type { CaptureSession } from "../session.js";
import { whilePaused } from "./pause-at-entry.js";
import { markIn } from "./same-activation.js";
import { chainOf } from "./scope-keys.js";

/** A variable of a module that captured code assigns. */
export interface Changing {
  name: string;
  scriptId: string;
  value: unknown;
  /** Functions of the module that assign it. */
  nodes: HostNode[];
}

/** Where captured code may read such a variable under another module's name for it: an import, or a namespace's member. */
export interface Sight {
  node: HostNode;
  name: string;
  reference: Reference | undefined;
  /** Whether it is certain that it is the variable. */
  proven: boolean;
  /** Its value now. */
  read(): unknown;
}

export function changedVariables(nodes: readonly HostNode[]): Changing[] {
  const found = new Map<string, Changing>();
  for (const node of nodes) {
    for (const { name, value } of assignedByModule(node)) {
      const scriptId = infoOf(node).script?.scriptId as string;
      const key = `${scriptId} ${name}`;
      const one = found.get(key) ?? { name, scriptId, value, nodes: [] };
      found.set(key, one);
      one.nodes.push(node);
    }
  }
  return [...found.values()];
}

function assignedByModule(node: HostNode): Reference[] {
  const { references, script, look } = infoOf(node);
  if (!script?.isModule) return [];
  return references.filter(({ assigned, view }) => assigned && look.scopes[view]?.description === "Module");
}

export function importsOf(nodes: readonly HostNode[]): Sight[] {
  return nodes.flatMap((node) =>
    infoOf(node)
      .references.filter((one) => one.view >= 0 && declaredAs(infoOf(node), one.name)?.kind === "import")
      .map((reference) => ({
        node,
        name: reference.name,
        reference,
        proven: true,
        read: () => valueNow(node, reference),
      })),
  );
}

function valueNow(node: HostNode, { view, name }: Reference): unknown {
  return lookAgain(infoOf(node).fn).scopes[view]?.values[name];
}

/**
 * Those that are the variable. However it was exported and imported, only the engine knows which module's variable an
 * import is: so the variable gets another value for the time being, and whoever sees that one reads the variable.
 */
export function sightsOf(session: CaptureSession, one: Changing, sights: readonly Sight[]): Sight[] {
  const equal = sights.filter((sight) => Object.is(sight.reference ? sight.reference.value : sight.read(), one.value));
  if (equal.length === 0) return [];
  for (const node of one.nodes) {
    const seen = whileChanged(session, node, one, (marker) => equal.filter((sight) => sight.read() === marker));
    if (seen) return seen;
  }
  return equal.map((sight) => ({ ...sight, proven: false }));
}

/** Undefined where the function cannot be paused, or the variable cannot be given another value and its own again. */
function whileChanged<T>(
  session: CaptureSession,
  node: HostNode,
  { name, value }: Changing,
  look: (marker: string) => T,
): T | undefined {
  const depth = chainOf(node).findIndex(({ description }) => description === "Module");
  return whilePaused(session, infoOf(node), (pause) => {
    const marker = markIn(pause, depth, name, value);
    if (marker === undefined) return undefined;
    try {
      return look(marker);
    } finally {
      pause.assign(depth, name, value);
    }
  });
}
