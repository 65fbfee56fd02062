/** Who asked for what: each API call in the names that IAM policies use. */

export interface ApiRequest {
  service: "lambda" | "iam" | "sts" | "logs" | "s3" | "ec2" | "elasticfilesystem";
  /** As in a policy: `lambda:InvokeFunction`. */
  action: string;
  /** ARN that a policy is held against; undefined for actions that name none. */
  resource: string | undefined;
  /** Access key of the signature, by which tests tell callers apart; undefined for an unsigned request. */
  accessKeyId: string | undefined;
  /** True for a permission that the service checks beside the action itself, such as `iam:PassRole`. */
  implied: boolean;
  /** Values of condition keys, where it has any. */
  context?: Record<string, string>;
}

/** From a SigV4 header: `AWS4-HMAC-SHA256 Credential=KEY/20260101/us-east-1/lambda/aws4_request, …`. */
export function accessKeyOf(authorization: string | undefined): string | undefined {
  return authorization?.match(/Credential=([^/,\s]+)\//)?.[1];
}

export function newApiRequest(
  action: string,
  resource: string | undefined,
  accessKeyId: string | undefined,
  implied = false,
): ApiRequest {
  return { service: action.split(":")[0] as ApiRequest["service"], action, resource, accessKeyId, implied };
}
