import { expect, it } from "vitest";
import { readConnectionString } from "../../../../src/stores/azure/connection-string.js";

it.each([
  [
    "DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=a+b/c==;EndpointSuffix=core.windows.net",
    { account: "acc", accountKey: "a+b/c==", sasToken: undefined, endpoint: undefined },
  ],
  [
    "DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=k==;EndpointSuffix=core.chinacloudapi.cn;",
    { account: "acc", accountKey: "k==", sasToken: undefined, endpoint: "https://acc.blob.core.chinacloudapi.cn" },
  ],
  [
    "AccountName=acc;AccountKey=k==;BlobEndpoint=http://127.0.0.1:10000/acc;",
    { account: "acc", accountKey: "k==", sasToken: undefined, endpoint: "http://127.0.0.1:10000/acc" },
  ],
  [
    "BlobEndpoint=https://acc.blob.core.windows.net/;SharedAccessSignature=sv=2022-11-02&sig=a%3D",
    {
      account: "acc",
      accountKey: undefined,
      sasToken: "sv=2022-11-02&sig=a%3D",
      endpoint: "https://acc.blob.core.windows.net/",
    },
  ],
  ["nothing", { account: undefined, accountKey: undefined, sasToken: undefined, endpoint: undefined }],
])("%s", (text, found) => {
  expect(readConnectionString(text)).toEqual(found);
});
