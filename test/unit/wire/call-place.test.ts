import { expect, it } from "vitest";
import { answerCallPlace, type CallPlace, callPlace } from "../../../src/wire/call-place.js";

it("is what a worker around says, and nothing without one", () => {
  expect(callPlace()).toBeUndefined();
  const place = { depth: 1 } as CallPlace;
  let now: CallPlace | undefined = place;
  const stop = answerCallPlace(() => now);
  try {
    expect(callPlace()).toBe(place);
    now = undefined;
    expect(callPlace()).toBeUndefined();
  } finally {
    stop();
  }
  now = place;
  expect(callPlace()).toBeUndefined();
});
