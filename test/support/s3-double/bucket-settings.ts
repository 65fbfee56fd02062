/** What is set for a bucket as a whole. */
import { type Answer, S3Refusal, xmlAnswer } from "./answer.js";
import type { Bucket } from "./bucket.js";
import type { S3Request } from "./request.js";
import { elements } from "./xml.js";

export function putBucketTagging(bucket: Bucket, { body }: S3Request): Answer {
  const pairs = body.toString().matchAll(/<Tag><Key>(.*?)<\/Key><Value>(.*?)<\/Value><\/Tag>/g);
  bucket.tags = Object.fromEntries(Array.from(pairs, ([, name, value]) => [name, value]));
  return { status: 204 };
}

export function getBucketTagging(bucket: Bucket): Answer {
  const tags = Object.entries(bucket.tags).map(([Key, Value]) => `<Tag>${elements({ Key, Value })}</Tag>`);
  if (tags.length === 0) throw new S3Refusal("NoSuchTagSet", "The TagSet does not exist");
  return xmlAnswer("Tagging", `<TagSet>${tags.join("")}</TagSet>`);
}
