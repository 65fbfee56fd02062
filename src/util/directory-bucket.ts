/** Buckets of S3 Express One Zone, by their names (AWS documentation, "Directory bucket naming rules"). */
export function isDirectoryBucket(bucket: string): boolean {
  return bucket.endsWith("--x-s3");
}

/** Why they serve neither as store nor as source of inputs, and what does. */
export const NO_DIRECTORY_BUCKET =
  "a directory bucket (S3 Express One Zone), which lists its keys in no order and cannot begin a list behind a key, as resuming and following a job need. Take a general purpose bucket";
