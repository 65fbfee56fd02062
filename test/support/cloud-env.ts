/** Starts what the end-to-end tests run on, once a file, and tells nodewren by its own variables, as a user would. */
import { afterAll } from "vitest";
import { combo, isLambda } from "./combo.js";
import { FUNCTION_NAME, startDeployedLambda } from "./deployed-lambda.js";
import { noRealS3, realS3 } from "./real-s3.js";
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
  if (combo.store === "radosgw") return startRealStore();
  const double = await startS3Double();
  return { ...double, bucket: double.createBucket() };
}

async function startRealStore(): Promise<Server> {
  const server = await realS3();
  if (!server) throw new Error(noRealS3);
  return { ...server, bucket: await server.newBucket(), close: async () => {} };
}

/** Time limit of the function, s: longer than any test. */
const TIMEOUT_S = 120;

const store = await startStore();

/** On AWS a worker has keys of its own, from its role. */
const credentials: Record<string, string> = store
  ? { AWS_ACCESS_KEY_ID: store.credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: store.credentials.secretAccessKey }
  : {};
const backend = isLambda
  ? await startDeployedLambda({ timeoutS: TIMEOUT_S }, { environment: credentials, region: REGION })
  : undefined;

if (store) {
  Object.assign(process.env, credentials, {
    NODEWREN_STORE: `s3://${store.bucket}`,
    NODEWREN_S3_ENDPOINT: store.endpoint,
    NODEWREN_REGION: REGION,
    // On Node 20 the SDK tells users to upgrade, on stderr, which the tests read.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  });
}

if (backend) {
  Object.assign(process.env, {
    NODEWREN_BACKEND: "lambda",
    NODEWREN_FUNCTION: FUNCTION_NAME,
    NODEWREN_LAMBDA_ENDPOINT: backend.endpoint,
    NODEWREN_LAMBDA_INVOCATION: combo.backend,
    NODEWREN_LAMBDA_POLL_MS: "50",
  });
}

afterAll(async () => {
  await backend?.close();
  await store?.close();
});
