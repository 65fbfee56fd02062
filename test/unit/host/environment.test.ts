import { afterEach, describe, expect, it } from "vitest";
import { type Captured, capture } from "../../../src/capture/capture.js";
import { environmentOfJob } from "../../../src/host/environment.js";

const names = ["WREN_REGION", "WREN_API_KEY", "WREN_UNSET", "AWS_REGION"];
const before = names.map((name) => [name, process.env[name]] as const);
afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

function captured(): Captured[] {
  Object.assign(process.env, { WREN_REGION: "north", WREN_API_KEY: "0123456789abcdef", AWS_REGION: "eu-west-1" });
  delete process.env.WREN_UNSET;
  const fn = () => {
    const { WREN_REGION, WREN_UNSET } = globalThis.process.env;
    process.env.WREN_WRITTEN = "1";
    return [WREN_REGION, WREN_UNSET, process.env.WREN_API_KEY, process.env["AWS_REGION"]];
  };
  return [capture(fn)];
}

describe("the environment of a job", () => {
  it("on this machine is what the function reads, set or not", () => {
    expect(environmentOfJob("machine", captured(), {})).toEqual({
      WREN_REGION: "north",
      WREN_UNSET: null,
      WREN_API_KEY: "0123456789abcdef",
      AWS_REGION: "eu-west-1",
    });
  });

  it("elsewhere leaves to the worker what is unset here, its machine's, or secret", () => {
    expect(environmentOfJob("network", captured(), { env: { WREN_MORE: "x" } })).toEqual({
      WREN_REGION: "north",
      WREN_MORE: "x",
    });
    expect(environmentOfJob("network", captured(), { secrets: "ignore" })).toEqual({
      WREN_REGION: "north",
      WREN_API_KEY: "0123456789abcdef",
    });
  });

  it("is nothing for a function that reads none", () => {
    expect(environmentOfJob("machine", [capture((x: number) => x)], {})).toBeUndefined();
  });
});
