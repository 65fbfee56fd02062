import { expect, it } from "vitest";
import { parseTraceparent, traceparentOf } from "../../../src/trace/spans.js";

const [TRACE, SPAN] = ["4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"];

it("a trace context is read and written in W3C's form", () => {
  const text = `00-${TRACE}-${SPAN}-01`;
  const context = parseTraceparent(text);
  expect(context).toEqual({ traceId: TRACE, spanId: SPAN, isSampled: true });
  expect(context && traceparentOf(context)).toBe(text);
  expect(parseTraceparent(`00-${TRACE}-${SPAN}-00`)?.isSampled).toBe(false);
});

it("what is none is none", () => {
  const zeros = "0".repeat(32);
  const wrong = [
    undefined,
    "",
    "x",
    `01-${TRACE}-${SPAN}-01`,
    `00-${zeros}-${SPAN}-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
  ];
  for (const text of [...wrong, `00-${TRACE.toUpperCase()}-${SPAN}-01`, `00-${TRACE}-${SPAN}-01-x`])
    expect(parseTraceparent(text)).toBeUndefined();
});
