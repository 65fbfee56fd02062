import { expect, it } from "vitest";
import { isInstance } from "../../../src/util/is-instance.js";

it("says what instanceof says, and no where that throws", () => {
  expect(isInstance(new TypeError(), Error)).toBe(true);
  expect(isInstance("Error", Error)).toBe(false);
  const { proxy, revoke } = Proxy.revocable(new Error(), {});
  expect(isInstance(proxy, Error)).toBe(true);
  revoke();
  expect(isInstance(proxy, Error)).toBe(false);
});
