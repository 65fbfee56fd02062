import { expect, it } from "vitest";
import { packageOfFile } from "../../../../src/capture/identity/packages.js";

it.each([
  ["/home/wren/nest.js", undefined],
  ["file:///home/node_modules/reed/index.js", "reed"],
  ["/home/node_modules/@sedge/reed/lib/index.js", "@sedge/reed"],
  ["/home/node_modules/reed/node_modules/rush/index.js", "rush"],
  ["/home/node_modules/reed/lib/node_modules/@sedge/rush/index.js", "@sedge/rush"],
  ["C:\\home\\node_modules\\reed\\node_modules\\rush\\index.js", "rush"],
])("the package of %s is %s", (file, name) => {
  expect(packageOfFile(file)).toBe(name);
});
