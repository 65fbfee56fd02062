/** Payloads written from graphs that were made by hand: no program was walked for them, and nothing of one is read. */
import { describe, expect, it } from "vitest";
import { emit } from "../../../../src/capture/emit/emit.js";
import type { Activation } from "../../../../src/capture/graph/activation.js";
import type { CompleteGraph } from "../../../../src/capture/graph/complete-graph.js";
import { functionInfo, type GraphEncoded, type GraphEntry, HostNode } from "../../../../src/capture/graph/node.js";
import { readPayload } from "../../../../src/capture/payload/payload.js";
import { load } from "../../../../src/capture/rebuild/rebuild.js";
import { sourceOfFunction } from "../../../../src/capture/source/function-source.js";
import type { Callable } from "../../../../src/capture/types.js";

const START = { from: undefined, text: "" };

function nodeOf(order: number, entry: GraphEntry): HostNode {
  const node: HostNode = new HostNode({}, START, entry);
  node.order = order;
  return node;
}

/** A function whose text alone matters: it is never called, and the variables that it names are given by hand. */
function codeNode(order: number, fn: Callable, variables: Record<string, GraphEncoded>): HostNode {
  const node = nodeOf(order, { kind: "function" });
  const look = { location: undefined, scopes: [], bound: undefined };
  const source = sourceOfFunction(fn, undefined);
  if (!source) throw new Error("The text of a test's function cannot be read");
  node.fn = functionInfo({ fn, name: "", source, look, script: undefined, strict: true, importedFiles: [] });
  node.fn.references = Object.entries(variables).map(([name, encoded]) => {
    return { name, view: 0, value: undefined, assigned: false, encoded, harmless: true };
  });
  return node;
}

/** A graph of one function in one scope, and of what its variables hold. */
function graphOf(code: HostNode, others: HostNode[], blobs: Uint8Array[] = []): CompleteGraph {
  const vars = new Map(code.fn?.references.map((one) => [one.name, one]));
  const unit: Activation = {
    key: "global",
    unit: "",
    parent: undefined,
    children: [],
    lookup: new Map(),
    members: [],
    vars,
    functions: [code],
  };
  const heap = [...others, code];
  return {
    name: "f",
    root: code,
    classes: [],
    helpers: [],
    heap,
    coded: [code],
    units: [unit],
    packages: [],
    first: [],
    blobs,
    globals: [],
  };
}

async function rebuilt(graph: CompleteGraph): Promise<unknown> {
  return (await load(emit(graph))).instantiate().fn();
}

describe("a payload of a graph made by hand", () => {
  const value = "not the value that the graph tells";

  it("rebuilds to a function that has what the graph says, and not what the test's own function has", async () => {
    const list = nodeOf(0, { kind: "array", length: 3, elements: [1, ["hole"], ["bigint", "2"]] });
    const code = codeNode(1, () => value, { value: list });
    const made = await rebuilt(graphOf(code, [list]));
    expect(made).toEqual(Object.assign([], { 0: 1, 2: 2n }));
    expect(Object.keys(made as object)).toEqual(["0", "2"]);
  });

  it("tells flags, accessors' absence, prototypes and what may not be done", async () => {
    const above = nodeOf(0, { kind: "object", prototype: null, properties: ["up", 1] });
    const inner = nodeOf(1, {
      kind: "object",
      prototype: above,
      properties: ["hidden", ["data", 0, ["number", "-0"]]],
      extensibility: "notExtensible",
    });
    const code = codeNode(2, () => value, { value: inner });
    const made = (await rebuilt(graphOf(code, [above, inner]))) as object;
    expect(Object.getPrototypeOf(made)).toEqual(Object.assign(Object.create(null), { up: 1 }));
    expect(Object.getOwnPropertyDescriptor(made, "hidden")).toEqual({
      value: -0,
      writable: false,
      enumerable: false,
      configurable: false,
    });
    expect(Object.isExtensible(made)).toBe(false);
  });

  it("carries bytes beside the text", async () => {
    const memory = nodeOf(0, { kind: "buffer", blob: 0 });
    const view = nodeOf(1, { kind: "view", type: "Uint8Array", buffer: memory, offset: 1, length: 2 });
    const code = codeNode(2, () => value, { value: view });
    const graph = graphOf(code, [memory, view], [new Uint8Array([7, 8, 9])]);
    expect(await rebuilt(graph)).toEqual(new Uint8Array([8, 9]));
  });

  it("is the same for equal graphs, and changes nothing in them", () => {
    const make = () => {
      const map = nodeOf(0, { kind: "map", entries: ["key", ["undefined"]] });
      return graphOf(
        codeNode(1, () => value, { value: map }),
        [map],
      );
    };
    const graph = make();
    const before = JSON.stringify(graph.heap.map(({ entry }) => entry));
    const bytes = emit(graph);
    expect(emit(make())).toEqual(bytes);
    expect(JSON.stringify(graph.heap.map(({ entry }) => entry))).toBe(before);
    const { heap } = readPayload(bytes).payload;
    expect(heap).toEqual([
      { kind: "map", entries: ["key", ["undefined"]] },
      { kind: "function", scope: 0, index: 0 },
    ]);
  });

  it("is not written for a function that stands in no scope", () => {
    const code = codeNode(0, () => value, {});
    const graph = graphOf(code, []);
    expect(() => emit({ ...graph, units: [] })).toThrow("has no place in its code");
  });
});
