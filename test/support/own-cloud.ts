/** A local Lambda and a bucket of the S3 double, for tests whose jobs other processes see as well. */
import { randomUUID } from "node:crypto";
import { Executor, LambdaBackend, type LambdaBackendOptions, S3Store } from "nodewren";
import { onTestFinished } from "vitest";
import { startDeployedLambda } from "./deployed-lambda.js";
import { newS3Double } from "./s3-stores.js";

/** The platform, how a process finds it, and executors of this process on it. All of it goes when the test ends. */
export async function newOwnCloud(options: LambdaBackendOptions = {}) {
  const { endpoint, credentials, ...double } = await newS3Double();
  const keys = { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey };
  const lambda = await startDeployedLambda({}, { environment: keys });
  onTestFinished(() => lambda.close());
  const [bucket, prefix] = [double.createBucket(), randomUUID()];
  const env = {
    ...keys,
    NODEWREN_BACKEND: "lambda",
    NODEWREN_LAMBDA_ENDPOINT: lambda.endpoint,
    NODEWREN_REGION: lambda.region,
    NODEWREN_S3_ENDPOINT: endpoint,
    NODEWREN_STORE: `s3://${bucket}/${prefix}`,
  };
  const newExecutor = () => {
    const backend = new LambdaBackend({ ...lambda.clientOptions, concurrency: 2, ...options });
    const store = new S3Store({ endpoint, credentials, bucket, prefix });
    const executor = new Executor({ backend, store, progress: false });
    onTestFinished(() => executor.close());
    return { executor, backend };
  };
  return { lambda, s3Log: double.log, env, newExecutor };
}
