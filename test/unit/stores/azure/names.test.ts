import fc from "fast-check";
import { expect, it } from "vitest";
import { blobName, nameOfBlob } from "../../../../src/stores/azure/names.js";
import { compareKeys } from "../../../../src/stores/keys.js";

/** Names that have much of what matters here. */
const names = fc.string({ unit: fc.constantFrom("\\", "[", "]", "0", "1", "2", "/", "Z", "a", "é") });

it("come back as they were, and have no backslash on the way", () => {
  fc.assert(
    fc.property(names, (name) => {
      expect(blobName(name)).not.toContain("\\");
      expect(nameOfBlob(blobName(name))).toBe(name);
    }),
  );
});

it("keep their order", () => {
  fc.assert(
    fc.property(names, names, (a, b) => {
      expect(Math.sign(compareKeys(blobName(a), blobName(b)))).toBe(Math.sign(compareKeys(a, b)));
    }),
  );
});

it("begin alike when they did", () => {
  fc.assert(
    fc.property(names, names, (a, b) => {
      expect(blobName(a + b).startsWith(blobName(a))).toBe(true);
    }),
  );
});
