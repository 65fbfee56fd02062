/** The bucket of the store. */
import { DeployError } from "../errors.js";
import { isNamed, statusOf, unlessNamed } from "./aws-error.js";
import type { Context } from "./context.js";
import { type Names, OWNER_TAG } from "./names.js";
import { NOT_OURS, NOT_THERE, type Step } from "./step.js";
import { ownTags } from "./tags.js";

/** The one region for which CreateBucket wants no LocationConstraint (AWS documentation, "CreateBucket"). */
const FIRST_REGION = "us-east-1";

/**
 * Creates the bucket when there is none. One that exists is used as it is. AWS itself blocks public access to every new
 * bucket; asking for it once more would make buckets of older Ceph servers refuse all writes. No rule removes jobs after
 * some days: how long results are wanted is not for deploy to say, and a rule would replace those that a bucket has;
 * `nodewren jobs clean` removes them.
 */
export async function ensureBucket(context: Context): Promise<Step> {
  const { bucket } = context.names;
  const resource = `bucket ${bucket}`;
  if (await bucketExists(context)) return { resource, action: "unchanged", detail: "" };
  await createBucket(context);
  return { resource, action: "created", detail: "" };
}

export async function bucketExists({ clients, names }: Context): Promise<boolean> {
  try {
    await clients.s3.headBucket(owned(names));
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    if (statusOf(error) === 403)
      throw new DeployError(
        `The bucket ${names.bucket} exists, but these credentials may not use it: it may be another account's than ${names.bucketOwner} (s3.bucketOwner). Choose another store, or give them the permissions that \`npx nodewren policy deployer\` prints.`,
        { cause: error },
      );
    if (statusOf(error) === 301)
      throw new DeployError(`The bucket ${names.bucket} is in another region. Set s3.region to its region.`, {
        cause: error,
      });
    throw error;
  }
}

/** S3 refuses the request when somebody else has made a bucket of that name. */
function owned({ bucket, bucketOwner }: Names): { Bucket: string; ExpectedBucketOwner: string } {
  return { Bucket: bucket, ExpectedBucketOwner: bucketOwner };
}

/** Names that an account has for itself in a region, and that CreateBucket takes only when told so. */
const ACCOUNT_REGIONAL = /-(?<account>\d{12})-(?<region>[a-z0-9-]+)-an$/;

/** Throws `DeployError` for a name that belongs to another account or region. */
function namespaceOf({ bucket, bucketOwner }: Names, region: string): { BucketNamespace?: "account-regional" } {
  const { account, region: ofName } = ACCOUNT_REGIONAL.exec(bucket)?.groups ?? {};
  if (account === undefined) return {};
  if (account === bucketOwner && ofName === region) return { BucketNamespace: "account-regional" };
  throw new DeployError(
    `The name ${bucket} is one of account ${account} in ${ofName} alone, but the bucket would be account ${bucketOwner}'s in ${region}. Correct the name in the setting store.`,
  );
}

async function createBucket({ clients: { s3 }, config, names }: Context): Promise<void> {
  const region = await s3.config.region();
  const create = s3.createBucket({
    Bucket: names.bucket,
    ...namespaceOf(names, region),
    ...(region !== FIRST_REGION && { CreateBucketConfiguration: { LocationConstraint: region as never } }),
  });
  // A request whose answer was lost is sent again by the SDK.
  await unlessNamed(create, "BucketAlreadyOwnedByYou");
  // By which destroy knows it.
  await s3.putBucketTagging({ ...owned(names), Tagging: { TagSet: listOf(ownTags(config)) } });
}

function listOf(tags: Record<string, string>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Removes the bucket if deploy made it and nothing is left in it. */
export async function removeBucket(context: Context): Promise<Step> {
  const { clients, names } = context;
  const resource = `bucket ${names.bucket}`;
  try {
    if (!(await isOurs(context))) return { resource, action: "unchanged", detail: NOT_OURS };
    await clients.s3.deleteBucket(owned(names));
    return { resource, action: "deleted", detail: "" };
  } catch (error) {
    if (isNamed(error, "NoSuchBucket")) return { resource, action: "unchanged", detail: NOT_THERE };
    if (isNamed(error, "BucketNotEmpty"))
      return { resource, action: "unchanged", detail: "kept: it holds objects that are not nodewren's" };
    throw error;
  }
}

async function isOurs({ clients, names }: Context): Promise<boolean> {
  try {
    const { TagSet = [] } = await clients.s3.getBucketTagging(owned(names));
    return TagSet.some(({ Key, Value }) => Key === OWNER_TAG && Value === names.functionName);
  } catch (error) {
    if (isNamed(error, "NoSuchTagSet")) return false;
    throw error;
  }
}
