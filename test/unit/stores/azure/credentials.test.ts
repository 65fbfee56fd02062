/** Which credentials are found, and how they are shown to the service. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AzureProof } from "../../../../src/stores/azure/credentials.js";
import { azureSettings } from "../../../../src/stores/azure/options.js";

const request = () => ({ method: "GET" as const, url: new URL("https://h/container?comp=list"), headers: {} });
const added = (credentials?: { accountKey: string } | { sasToken: string }) =>
  new AzureProof(azureSettings({ account: "account", container: "container", credentials })).add(request());

beforeEach(() => {
  for (const name of ["CONNECTION_STRING", "KEY", "SAS_TOKEN", "ACCOUNT"])
    vi.stubEnv(`AZURE_STORAGE_${name}`, undefined);
});

afterEach(() => void vi.unstubAllEnvs());

it("those that are given come first, then the connection string, the key, and the signature", async () => {
  vi.stubEnv("AZURE_STORAGE_SAS_TOKEN", "?sv=1&sig=a%2Bb");
  expect((await added()).url.href).toBe("https://h/container?comp=list&sv=1&sig=a%2Bb");
  vi.stubEnv("AZURE_STORAGE_KEY", "a2V5");
  const byKey = (await added()).headers.authorization;
  expect(byKey).toMatch(/^SharedKey account:/);
  vi.stubEnv("AZURE_STORAGE_CONNECTION_STRING", "AccountName=account;AccountKey=b3RoZXI=");
  const byString = (await added()).headers.authorization;
  expect(byString).toMatch(/^SharedKey account:/);
  expect(byString).not.toBe(byKey);
  expect((await added({ sasToken: "sig=given" })).url.search).toBe("?comp=list&sig=given");
});

it("those of another account are left alone, and the error says what would do", async () => {
  vi.stubEnv("AZURE_STORAGE_ACCOUNT", "another");
  vi.stubEnv("AZURE_STORAGE_KEY", "a2V5");
  vi.stubEnv("AZURE_STORAGE_CONNECTION_STRING", "AccountName=another;AccountKey=a2V5");
  await expect(added()).rejects.toMatchObject({
    name: "StoreError",
    isTransient: false,
    message: expect.stringMatching(/no credentials for the storage account account .*npm install @azure\/identity/),
  });
});
