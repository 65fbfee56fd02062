import { expect, it } from "vitest";
import { reportPage } from "../../../src/view/report-page.js";
import { sampleReport } from "./sample-report.js";

const HOSTILE = "</script><script>alert(1)</script><!--<script>$&\u2028'\"";

function dataIn(page: string): unknown {
  return JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1] as string);
}

it("has the data in it, and is complete", async () => {
  const report = sampleReport();
  const page = await reportPage(report);
  expect(dataIn(page)).toEqual({ report, isLive: false });
  expect(page).toContain("<title>nodewren: work</title>");
  expect(page.match(/\b(?:src|href)="(?!data:)/g)).toBeNull();
  expect(page).not.toContain("NODEWREN_");
});

it("keeps whatever text a job has from being read as HTML", async () => {
  const failure = { code: "CALL", name: HOSTILE, message: HOSTILE, stack: HOSTILE, count: 1, calls: [0] };
  const previews = [{ index: 0, input: HOSTILE, output: HOSTILE }];
  const report = sampleReport({ functionName: HOSTILE, failures: [failure], previews });
  const page = await reportPage(report, true);
  expect(dataIn(page)).toEqual({ report, isLive: true });
  const plain = await reportPage(sampleReport());
  const tags = (text: string) => text.match(/<\/?[a-z!]/gi)?.length;
  expect(tags(page)).toBe(tags(plain));
});
