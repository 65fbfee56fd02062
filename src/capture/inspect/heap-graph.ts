import type { Loose } from "../types.js";

interface Layout {
  width: number;
  type: number;
  name: number;
  id: number;
  edges: number;
  closure: number;
  edgeWidth: number;
  edgeTypes: string[];
}

interface Edge {
  type: string;
  /** Empty for edges that have a number instead. */
  name: string;
  to: number;
}

/** How the heap calls the activation of a scope. */
const CONTEXT = "system / Context";
/** How the engine calls the variable that `super` is looked up from. */
const HOME = ".home_object";
/** Names of many variables stand in a table of their own, which the snapshot does not list. */
const TABLE = /Table$/;

/**
 * The text of a heap snapshot as a graph, whose nodes are known by their place in the list. The format is that of V8's
 * `HeapSnapshotJSONSerializer`: flat lists of numbers, whose fields `snapshot.meta` names.
 */
export class HeapGraph {
  private readonly nodes: number[];
  private readonly edges: number[];
  private readonly strings: string[];
  private readonly layout: Layout;
  private readonly firstEdges: Uint32Array;
  private readonly closures = new Map<number, number>();

  constructor(text: string) {
    const { snapshot, nodes, edges, strings }: Loose = JSON.parse(text);
    this.nodes = nodes;
    this.edges = edges;
    this.strings = strings;
    this.layout = layoutOf(snapshot.meta);
    this.firstEdges = new Uint32Array(nodes.length / this.layout.width);
    this.index();
  }

  private index(): void {
    const { width, type, edges, closure, edgeWidth } = this.layout;
    let before = 0;
    for (let node = 0; node < this.nodes.length; node += width) {
      this.firstEdges[node / width] = before;
      before += (this.nodes[node + edges] as number) * edgeWidth;
      if (this.nodes[node + type] === closure) this.closures.set(this.idOf(node), node);
    }
  }

  idOf(node: number): number {
    return this.nodes[node + this.layout.id] as number;
  }

  /** The activations of scopes that a function stands in, innermost first; undefined for a function that is not in there. */
  contextsOf(functionId: number): number[] | undefined {
    const closure = this.closures.get(functionId);
    if (closure === undefined) return undefined;
    const contexts: number[] = [];
    let at = this.internal(closure, "context");
    for (; at !== undefined && this.nameOf(at) === CONTEXT; at = this.internal(at, "previous")) contexts.push(at);
    return contexts;
  }

  /** Node of a variable's value; there is none for small numbers. */
  variable(context: number, name: string): number | undefined {
    return this.edgesOf(context).find((one) => one.type === "context" && one.name === name)?.to;
  }

  /** Whether a scope declares a name; undefined when its names are not in the snapshot. */
  declares(context: number, name: string): boolean | undefined {
    if (this.variable(context, name) !== undefined) return true;
    const list = this.internal(context, "scope_info");
    if (list === undefined) return undefined;
    const names = this.edgesOf(list).map(({ to }) => this.nameOf(to));
    if (names.includes(name)) return true;
    return names.some((one) => TABLE.test(one)) ? undefined : false;
  }

  /** Node of the object whose prototype `super` means, where it is all that a scope holds. */
  home(context: number): number | undefined {
    const held = this.edgesOf(context).filter(({ type }) => type === "hidden" || type === "context");
    return held.length === 1 && this.declares(context, HOME) ? held[0]?.to : undefined;
  }

  private internal(node: number, name: string): number | undefined {
    return this.edgesOf(node).find((one) => one.type === "internal" && one.name === name)?.to;
  }

  private nameOf(node: number): string {
    return this.strings[this.nodes[node + this.layout.name] as number] as string;
  }

  private edgesOf(node: number): Edge[] {
    const { width, edges, edgeWidth, edgeTypes } = this.layout;
    const start = this.firstEdges[node / width] as number;
    return Array.from({ length: this.nodes[node + edges] as number }, (_, i) => {
      const [type = 0, name = 0, to = 0] = this.edges.slice(start + i * edgeWidth, start + i * edgeWidth + 3);
      const text = edgeTypes[type] as string;
      return { type: text, name: NUMBERED.has(text) ? "" : (this.strings[name] as string), to };
    });
  }
}

const NUMBERED = new Set(["element", "hidden"]);

/** The fields of an edge are its type, its name and the node it leads to, in every version since the format is there. */
function layoutOf({ node_fields, node_types, edge_fields, edge_types }: Loose): Layout {
  const [type, name, id, edges] = ["type", "name", "id", "edge_count"].map((one) => node_fields.indexOf(one));
  return {
    width: node_fields.length,
    type,
    name,
    id,
    edges,
    closure: node_types[type].indexOf("closure"),
    edgeWidth: edge_fields.length,
    edgeTypes: edge_types[0],
  };
}
