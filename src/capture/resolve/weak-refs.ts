import type { Graph } from "../graph/context.js";

/** On a worker, nothing would keep the object of a WeakRef alive to which nothing else leads. */
export function refuseLostReferences(graph: Graph): void {
  const lost = graph.nodes.find(
    ({ entry }) => entry.kind === "constructed" && entry.arguments.length === 0 && graph.known(WeakRef) === entry.maker,
  );
  if (lost) {
    graph.refuse(lost.step, {
      reason: "it is a WeakRef, and nothing else that travels leads to its object, which this process's memory keeps",
      hint: "Capture the object, too, or create the WeakRef inside the function.",
    });
  }
}
