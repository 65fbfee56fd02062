import { expect, it } from "vitest";
import type { Printed, StatusLine } from "../../../src/wire/messages.js";
import { isForHost, readPrintedFromLog, readStatusFromLog, statusForLog } from "../../../src/wire/status-log.js";

const TIMEOUT: StatusLine = { type: "timeout", index: 3 };

it.each<StatusLine>([
  TIMEOUT,
  { type: "deadline", index: null },
  { type: "retired", index: null, failure: { code: "", message: "line\nbreak", retire: true } },
])("%j comes back out of a log", (status) => {
  const line = statusForLog(status);
  expect(line).toMatch(/^[^\n]+\n$/);
  expect(readStatusFromLog(`START\n2026 INFO\r\n${line}END RequestId: 1\n`)).toEqual(status);
});

it("the last one counts", () => {
  const log =
    statusForLog({ type: "running", index: 1 }) + statusForLog(TIMEOUT) + statusForLog({ type: "running", index: 9 });
  expect(readStatusFromLog(log)).toEqual({ type: "running", index: 9 });
});

it("is found behind something that did not end its line", () => {
  expect(readStatusFromLog(`half a line ${statusForLog(TIMEOUT)}`)).toEqual(TIMEOUT);
});

it.each([
  "",
  "\n",
  "nodewren-status",
  "nodewren-status \n",
  "nodewren-status {\n",
  'nodewren-status {"type":"other"}\n',
  '"type":"timeout","index":3}\n',
])("%j holds none", (log) => expect(readStatusFromLog(log)).toBeUndefined());

it("what comes after a broken one does not hide the one before", () => {
  expect(readStatusFromLog(`${statusForLog(TIMEOUT)}nodewren-status {"type"`)).toEqual(TIMEOUT);
});

const PRINTED: Printed = { type: "printed", attemptId: "a", index: 3, stream: "stdout", text: "one\n" };

it("what was printed comes back out of a log, in the order in which it was written", () => {
  const log = [PRINTED, { ...PRINTED, text: "two" }, { ...PRINTED, stream: "stderr" as const, text: "three" }]
    .map(statusForLog)
    .join("other lines\n");
  expect(readPrintedFromLog(log, "a")).toEqual({ index: 3, output: { stdout: "one\ntwo", stderr: "three" } });
});

it("what was printed by an earlier call, or in another attempt, is not taken for that of the last one", () => {
  const log = [PRINTED, { ...PRINTED, index: 4, text: "later" }].map(statusForLog).join("");
  expect(readPrintedFromLog(log, "a")).toEqual({ index: 4, output: { stdout: "later", stderr: "" } });
  expect(readPrintedFromLog(log, "b")).toBeUndefined();
});

it("lines for the host are told from all others", () => {
  const lines = `${statusForLog(PRINTED)}${statusForLog(TIMEOUT)}nodewren-status {}\nmine\n`.split("\n");
  expect(lines.map(isForHost)).toEqual([true, true, false, false, false]);
});
