/** Settings of the function that go together only. */
import type { ResolvedConfig } from "../config/config.js";
import { DeployError } from "../errors.js";

/** Throws `DeployError` for the first setting that lacks another one. */
export function checkTogether({ lambda, s3 }: ResolvedConfig): void {
  if (lambda.nestedMaps && s3.workerRoleArn !== undefined)
    throw new DeployError(
      "With s3.workerRoleArn, workers have keys of their own job alone, and can store no others: leave out lambda.nestedMaps.",
    );
  const cannot = lambda.layers.length > 0 ? "lambda.layers" : lambda.nestedMaps ? "lambda.nestedMaps" : undefined;
  if (lambda.imageUri !== undefined && cannot !== undefined)
    throw new DeployError(`An image (lambda.imageUri) has all of its files in itself: leave out ${cannot}.`);
  const { alias, provisionedConcurrency, reservedConcurrency = Infinity } = lambda;
  if (provisionedConcurrency !== undefined && alias === undefined)
    throw new DeployError("lambda.provisionedConcurrency is that of an alias: name one as lambda.alias.");
  if ((provisionedConcurrency ?? 0) > reservedConcurrency)
    throw new DeployError(
      `lambda.provisionedConcurrency is ${provisionedConcurrency}, which is more than lambda.reservedConcurrency, ${reservedConcurrency}.`,
    );
  const isInVpc = lambda.subnetIds.length > 0;
  if (isInVpc && lambda.securityGroupIds.length === 0)
    throw new DeployError("With lambda.subnetIds, workers need lambda.securityGroupIds, too: name at least one.");
  if (!isInVpc && lambda.securityGroupIds.length > 0)
    throw new DeployError("lambda.securityGroupIds are those of a VPC: name its subnets as lambda.subnetIds.");
  if (!isInVpc && Object.keys(lambda.fileSystem).length > 0)
    throw new DeployError(
      "lambda.fileSystem is reached from a VPC alone: name lambda.subnetIds in which it has mount targets, and lambda.securityGroupIds.",
    );
}
