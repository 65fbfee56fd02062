/** Starts what the end-to-end tests run on, once a file, and tells nodewren by its own variables, as a user would. */
import { afterAll } from "vitest";
import { combo } from "./combo.js";
import { startS3Double } from "./s3-double/double.js";

interface Server {
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  bucket: string;
  close(): Promise<void>;
}

const REGION = "us-east-1";

async function startStore(): Promise<Server | undefined> {
  if (combo.store === "files") return undefined;
  const double = await startS3Double();
  return { ...double, bucket: double.createBucket() };
}

const store = await startStore();

if (store) {
  const { accessKeyId, secretAccessKey } = store.credentials;
  Object.assign(process.env, {
    NODEWREN_STORE: `s3://${store.bucket}`,
    NODEWREN_S3_ENDPOINT: store.endpoint,
    NODEWREN_REGION: REGION,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    // On Node 20 the SDK tells users to upgrade, on stderr, which the tests read.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  });
}

afterAll(() => store?.close());
