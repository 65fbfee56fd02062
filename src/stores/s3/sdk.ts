/**
 * What the store uses of the AWS SDK's client for S3. Lambda's worker is bundled with this in place of the whole package, of which a module that is loaded
 * when it is needed would bring a hundred commands that nothing uses; elsewhere only the types are of this file.
 */
export {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
