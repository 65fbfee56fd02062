import channels from "node:diagnostics_channel";
import { debuglog } from "node:util";
import { expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import { callRebuilt } from "../../round-trip.js";

it("channels for watchers and logs for debugging are those of the worker's own Node", async () => {
  const sign = Symbol.for("wren.sign");
  const [feed, signed, tracing] = [
    channels.channel("wren:feed"),
    channels.channel(sign),
    channels.tracingChannel("wren:egg"),
  ];
  const log = debuglog("wren");
  const fn = () => {
    feed.publish({ a: 1 });
    log("not shown");
    return [
      feed.name,
      feed.hasSubscribers,
      signed.name === sign,
      tracing.traceSync((x: number) => x + 1, {}, undefined, 1),
      log.enabled,
    ];
  };
  expect(await callRebuilt(fn)).toEqual(["wren:feed", false, true, 2, false]);
  // This process is its own worker here.
  expect(await callRebuilt(() => feed)).toBe(feed);
});

it("a channel that the program watches is refused", () => {
  const watched = channels.channel("wren:watched");
  const listener = () => {};
  channels.subscribe("wren:watched", listener);
  try {
    expect(() => capture(() => watched.publish(1))).toThrow(
      /Cannot capture watched: it is a channel of node:diagnostics_channel to which/,
    );
  } finally {
    channels.unsubscribe("wren:watched", listener);
  }
});
