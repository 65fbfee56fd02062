/** What S3 holds a policy against, by the API's operations. */
import type { AskedPermission } from "./policy.js";

interface Asked {
  operation: string;
  bucket: string;
  key: string;
  /** Of a list. */
  prefix: string;
}

/** Where they differ ("Required permissions for Amazon S3 API operations"). */
const PERMISSIONS: Record<string, string> = {
  HeadObject: "GetObject",
  CreateMultipartUpload: "PutObject",
  UploadPart: "PutObject",
  CompleteMultipartUpload: "PutObject",
  ListObjectsV2: "ListBucket",
  HeadBucket: "ListBucket",
};

/** What S3 says of buckets of the double's. */
const OF_OWNER = { "s3:ResourceAccount": "123456789012" };

/** The permission of the request itself, and what S3 asks for beside it. */
export function permissionsOf({ operation, bucket, key, prefix }: Asked): [AskedPermission, ...AskedPermission[]] {
  const action = `s3:${PERMISSIONS[operation] ?? operation}`;
  const bucketArn = `arn:aws:s3:::${bucket}`;
  if (operation === "ListObjectsV2")
    return [{ action, resource: bucketArn, context: { ...OF_OWNER, "s3:prefix": prefix } }];
  if (key === "") return [{ action, resource: bucketArn }];
  const asked: AskedPermission = { action, resource: `${bucketArn}/${key}`, context: OF_OWNER };
  // S3 only tells those who may list that a key is absent.
  const isAbsent = { action: "s3:ListBucket", resource: bucketArn, context: { ...OF_OWNER, "s3:prefix": key } };
  return action === "s3:GetObject" ? [asked, isAbsent] : [asked];
}
