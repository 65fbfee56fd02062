// Share a large value
//
// What a function closes over is copied for every call. A broadcast is stored once, and decoded once for each worker. It must hold data only.
import { Executor } from "nodewren";

await using executor = new Executor();
const table = executor.broadcast(new Map(Array.from({ length: 200_000 }, (_, i) => [`key ${i}`, i * 2])));

const keys = ["key 7", "key 199999", "key x"];
console.log(await executor.map((key: string) => table.value.get(key) ?? "none", keys));

// Prints:
// [ 14, 399998, 'none' ]
