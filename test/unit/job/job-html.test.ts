import { expect, it } from "vitest";
import { InvokeError } from "../../../src/errors.js";
import { futureHtml, jobHtml } from "../../../src/job/job-html.js";

const failure = new InvokeError("<i>no</i>");

it("tells of a job how far it is, and of its first failure", () => {
  const html = jobHtml({ id: "<id>", total: 4, done: 2, failed: 1, cancelled: 0, failure });
  expect(html).toContain("&lt;id&gt;");
  expect(html).toContain("50% | 2/4 calls | ");
  expect(html).toContain("InvokeError</b>: &lt;i&gt;no&lt;/i&gt;");
  expect(jobHtml({ id: "a", total: 4, done: 2, failed: 0, cancelled: 0, failure: undefined })).not.toContain("failure");
});

it("tells of a future what is known of its call, and of a large value the beginning", () => {
  expect(futureHtml({ index: 7, status: "pending", value: undefined, reason: undefined })).toContain("call 7: pending");
  expect(futureHtml({ index: 7, status: "rejected", value: undefined, reason: failure })).toContain("&lt;i&gt;");
  const html = futureHtml({ index: 7, status: "fulfilled", value: ["<b>", "x".repeat(10_000)], reason: undefined });
  expect(html).toContain("&lt;b&gt;");
  expect(html.length).toBeLessThan(1000);
});
