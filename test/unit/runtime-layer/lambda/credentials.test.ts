import { afterEach, expect, it, vi } from "vitest";

afterEach(() => vi.unstubAllEnvs());

it("the worker's credentials stay, whatever a call makes of its environment", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "key");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_SESSION_TOKEN", "token");
  const { defaultProvider } = await import("../../../../runtime-layer/lambda/credentials.js");
  const provider = defaultProvider();
  vi.stubEnv("AWS_ACCESS_KEY_ID", "another");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
  expect(await provider()).toMatchObject({ accessKeyId: "key", secretAccessKey: "secret", sessionToken: "token" });
});
