import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CallError } from "../../../../src/errors.js";
import { DISPLAY } from "../../../../src/util/display.js";
import { display } from "../../../../src/view/notebook/display.js";

const shownObject = {
  [DISPLAY]: () => ({ "text/plain": "text", "text/html": "<b>html</b>" }),
  [Symbol.for("nodejs.util.inspect.custom")]: () => "text",
};

function callError(): CallError {
  const value = new Error("<b>", { cause: new RangeError("inner") });
  const output = { stdout: "a < b", stderr: "" };
  const error = new CallError(
    { jobId: "a", index: 3, attempts: 1 },
    { className: "Error", summary: "Error: <b>", value, omitted: [], output },
  );
  error.stack = "CallError: Call 3 of job a threw Error: <b>\n    at work (cell:1:2)\n    at new Promise (<anonymous>)";
  return error;
}

describe("in a notebook", () => {
  let shown: string[];

  beforeEach(() => {
    shown = [];
    const newDisplay = () => ({ html: (text: string) => void shown.push(text) });
    Reflect.set(globalThis, "__tslab__", { require: () => ({ newDisplay }) });
  });
  afterEach(() => void Reflect.deleteProperty(globalThis, "__tslab__"));

  it("shows objects as their HTML, and pictures", () => {
    display(shownObject);
    const svg = '<svg><title>a "b" &lt;</title></svg>';
    display(svg);
    const src = `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
    expect(shown).toEqual(["<b>html</b>", `<img alt="a &quot;b&quot; &lt;" style="max-width:100%" src="${src}">`]);
  });

  it("shows an error with its frames, its causes and what the call printed, and runs nothing of that", () => {
    display(callError());
    const [html = ""] = shown;
    expect(html).not.toContain("<b>");
    expect(html).not.toContain("caused by Error");
    expect(html).toContain("threw Error: &lt;b&gt;</div>");
    expect(html).toContain("<pre>at work (cell:1:2)</pre>");
    expect(html).toContain("caused by RangeError: inner");
    expect(html).toContain("<summary>stdout of the call</summary><pre>a &lt; b</pre>");
    expect(html).not.toContain("stderr of the call");
  });

  it("shows anything else as text, such as what was thrown and is no error", () => {
    for (const value of ["a <b>", undefined, { a: "<" }]) display(value);
    expect(shown).toEqual(["<pre>a &lt;b&gt;</pre>", "<pre>undefined</pre>", "<pre>{ a: &#39;&lt;&#39; }</pre>"]);
  });
});

describe("elsewhere", () => {
  afterEach(() => vi.restoreAllMocks());

  it("prints what console.log prints", () => {
    const log = vi.spyOn(console, "log").mockReturnValue();
    display(shownObject);
    expect(log.mock.calls).toEqual([[shownObject]]);
  });

  it("refuses a picture, and says what to do with it", () => {
    expect(() => display("<svg></svg>")).toThrow(/notebook only\. Write it to a file/);
  });
});
