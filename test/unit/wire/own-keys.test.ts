import { expect, it } from "vitest";
import {
  broadcastKey,
  cancelledKey,
  functionKey,
  inputsKey,
  jobKey,
  noteKey,
  packagesKey,
  resultKey,
  uploadKey,
} from "../../../src/wire/keys.js";
import { isOwnKey, jobIdOf, OWN_PREFIXES } from "../../../src/wire/own-keys.js";

const JOB = "a1bc0130-a658-4247-9f75-97cf8400e42c";
const DIGEST = "0123456789abcdef".repeat(4);

it("knows every key that jobs make, below the prefixes that are looked through", () => {
  const shared = [functionKey(DIGEST), broadcastKey(DIGEST), packagesKey(DIGEST), uploadKey(DIGEST)];
  const ofJob = [jobKey(JOB), inputsKey(JOB), cancelledKey(JOB), resultKey(JOB, "0000001.3-4")];
  ofJob.push(noteKey(JOB, "0000001", JOB));
  for (const key of [...shared, ...ofJob]) {
    expect(isOwnKey(key), key).toBe(true);
    expect(OWN_PREFIXES.some((prefix) => key.startsWith(prefix))).toBe(true);
  }
  expect(ofJob.map(jobIdOf)).toEqual(ofJob.map(() => JOB));
  expect(shared.map(jobIdOf)).toEqual(shared.map(() => undefined));
});

it.each([
  "jobs/readme.txt",
  "jobs/mine/data",
  "functions/main.js",
  `functions/${DIGEST}/x`,
  "data",
  `x/${DIGEST}`,
  "jobs/",
])("leaves %s alone", (key) => expect(isOwnKey(key)).toBe(false));
