import { EventEmitter } from "node:events";
import http from "node:http";
import https from "node:https";
import path from "node:path";
import { inspect } from "node:util";
import { expect, it } from "vitest";
import { capture } from "../../../../src/capture/capture.js";
import { callRebuilt } from "../round-trip.js";

it("data of Node's own objects are no change of the program's", async () => {
  const { STATUS_CODES } = http;
  const fn = () => [
    STATUS_CODES[404],
    Object.keys(http.METHODS).length > 20,
    path.win32.sep,
    inspect.styles.number,
    EventEmitter.prototype.eventNames.length,
    Object.keys(EventEmitter.prototype),
    inspect.custom,
    typeof process.release.name,
    typeof process.features.tls,
    Object.keys(process.config),
    Object.keys(https.globalAgent.options),
    https.globalAgent.maxSockets,
    Object.keys(http.globalAgent).length > 5,
  ];
  expect(await callRebuilt(fn)).toEqual(fn());
});

it("but what the program sets on an agent is", () => {
  const { globalAgent } = https;
  const { maxSockets } = globalAgent;
  const options = globalAgent.options as Record<string, unknown>;
  globalAgent.maxSockets = 3;
  options.ca = "mine";
  try {
    expect(() => capture(() => globalAgent.maxSockets)).toThrow(/Cannot capture globalAgent.maxSockets/);
    expect(() => capture(() => globalAgent.options)).toThrow(/Cannot capture globalAgent.options/);
  } finally {
    globalAgent.maxSockets = maxSockets;
    delete options.ca;
  }
});

it("and so is what it adds to a list of Node's", () => {
  const { STATUS_CODES } = http;
  STATUS_CODES[799] = "mine";
  STATUS_CODES[404] = "gone for good";
  try {
    expect(() => capture(() => STATUS_CODES[799])).toThrow(/Cannot capture STATUS_CODES.799/);
    expect(() => capture(() => STATUS_CODES[404])).toThrow(/Cannot capture STATUS_CODES.404/);
  } finally {
    delete STATUS_CODES[799];
    STATUS_CODES[404] = "Not Found";
  }
});

it("arguments of the command line are this process's own", () => {
  const at = 1;
  for (const fn of [() => process.argv[1], () => process.argv[at]])
    expect(() => capture(fn)).toThrow(/process\.argv.*: it is an argument of this program's command line/);
});
