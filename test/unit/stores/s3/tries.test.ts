import { describe, expect, it } from "vitest";
import { type Fault, withRetries } from "../../../../src/stores/retry.js";
import { s3Error } from "../../../../src/stores/s3/errors.js";
import { s3Settings } from "../../../../src/stores/s3/options.js";
import { s3Tries } from "../../../../src/stores/s3/tries.js";

/** Tries and waits until the error is let through. */
async function retried(fault: Fault): Promise<{ tries: number; waits: number[] }> {
  const waits: number[] = [];
  let tries = 0;
  let retries = 0;
  const request = () => {
    tries++;
    return Promise.reject(fault);
  };
  const wait = async (ms: number) => void waits.push(ms);
  await expect(withRetries(request, s3Tries, () => retries++, wait)).rejects.toBe(fault);
  expect(retries).toBe(tries - 1);
  return { tries, waits };
}

const status = (httpStatusCode: number, name = "Error"): Fault => ({ name, $metadata: { httpStatusCode } });

describe("tries", () => {
  it.each([
    ["503", status(503), 10],
    ["500", status(500), 10],
    ["429", status(429), 10],
    ["409", status(409, "ConditionalRequestConflict"), 10],
    ["an error within an answer of status 200", status(200, "InternalError"), 10],
    ["a broken connection", { code: "ECONNRESET" }, 10],
    ["a response that was cut", { message: "aborted" }, 10],
    ["nobody there", { code: "ECONNREFUSED" }, 3],
    ["no answer", { name: "TimeoutError" }, 3],
    ["a clock that differs", status(403, "RequestTimeTooSkewed"), 3],
    ["412", status(412), 1],
    ["404", status(404), 1],
    ["403", status(403, "AccessDenied"), 1],
    ["501", status(501), 1],
    ["an error of our own", { name: "TypeError", message: "x is not a function" }, 1],
  ] as const)("%s", async (_, fault, tries) => {
    expect((await retried(fault)).tries).toBe(tries);
  });

  it("come after waits of random length, whose limit doubles up to 5 s", async () => {
    const limits = [100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000];
    const longest = limits.map(() => 0);
    for (let i = 0; i < 200; i++) {
      const { waits } = await retried(status(503));
      waits.forEach((ms, at) => {
        expect(ms).toBeLessThanOrEqual(limits[at] as number);
        longest[at] = Math.max(longest[at] as number, ms);
      });
    }
    // 200 waits that are all in the lower half of their range have a chance of 2 to the power of -200.
    longest.forEach((ms, at) => expect(ms).toBeGreaterThan((limits[at] as number) / 2));
  });
});

describe("messages", () => {
  const settings = s3Settings({ bucket: "bucket", prefix: "runs", endpoint: "http://127.0.0.1:9" });
  const messageOf = (fault: Fault) => s3Error({ verb: "read", key: "key" }, settings, fault).message;

  it("ask for fewer requests when the server does", () => {
    expect(messageOf({ ...status(503, "SlowDown"), message: "Please reduce your request rate." })).toMatch(
      /^Cannot read key in s3:\/\/bucket\/runs\/: SlowDown: Please reduce your request rate \(status 503\)\. .*lower maxRequests \(now 64\)/,
    );
    expect(messageOf(status(503, "503"))).toContain("maxRequests");
  });

  it("tell what a denied HEAD lacks, whose answer has no body", () => {
    expect(messageOf(status(403, "UnknownError"))).toContain(
      "Allow these credentials s3:GetObject on arn:aws:s3:::bucket/runs/*",
    );
  });

  it("leave what they do not know to the cause", () => {
    const cause = { name: "Odd", message: "odd" };
    const error = s3Error({ verb: "list", key: "" }, settings, cause);
    expect(error.message).toContain("Odd: odd. See the cause.");
    expect(error.cause).toBe(cause);
  });
});
