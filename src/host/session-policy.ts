/** What the workers of one job may do in the store, in IAM's words: STS gives them keys that can do no more, whatever the role can. */
import type { WorkerRole } from "../stores/store.js";

/** Named by what they hold (SHA-256), so that nobody finds one without knowing it, and workers check what they read. */
const SHARED = ["broadcasts", "functions", "packages", "uploads"];

export function sessionPolicy({ arn, bucket, prefix }: WorkerRole, jobId: string, sources: readonly string[]): object {
  const bucketArn = `arn:${arn.split(":")[1]}:s3:::${bucket}`;
  const under = (key: string) => `${bucketArn}/${prefix}${key}*`;
  const job = `jobs/${jobId}/`;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["s3:GetObject"],
        Resource: [job, ...SHARED.map((name) => `${name}/`), ...sources.map((id) => `jobs/${id}/results/`)].map(under),
      },
      { Effect: "Allow", Action: ["s3:PutObject", "s3:AbortMultipartUpload"], Resource: [under(`${job}results/`)] },
      // For what is absent, S3 answers "access denied" to who may not list.
      {
        Effect: "Allow",
        Action: ["s3:ListBucket"],
        Resource: [bucketArn],
        Condition: { StringLike: { "s3:prefix": [`${prefix}${job}*`] } },
      },
    ],
  };
}
