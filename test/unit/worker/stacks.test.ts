import { expect, it } from "vitest";
import { userStack } from "../../../src/worker/stacks.js";

const own = `    at tryCall (${new URL("../../../dist/src/worker/run-call.js", import.meta.url).href}:41:9)`;
const users = "    at fn (file:///home/user/work.js:3:4)";
const nodes = "    at readFileSync (node:fs:440:20)";

it.each([
  [
    [nodes, users, own, nodes],
    [nodes, users],
  ],
  [
    [own, users, own],
    [own, users],
  ],
  [
    [nodes, own],
    [nodes, own],
  ],
  [
    ["    at JSON.parse (<anonymous>)", own],
    ["    at JSON.parse (<anonymous>)", own],
  ],
  [
    [users, users],
    [users, users],
  ],
])("%j ends where the user's code was called", (frames, expected) => {
  expect(userStack(["Error: m", ...frames].join("\n"))).toBe(["Error: m", ...expected].join("\n"));
});
