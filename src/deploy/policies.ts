/** Least privilege as JSON: for the worker's role, for who calls executor.map(), and for who deploys. */
import type { ResolvedConfig, ResolvedLambdaConfig } from "../config/config.js";
import { type Names, namesOf, type Place } from "./names.js";

export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface Policy {
  Version: "2012-10-17";
  Statement: Statement[];
}

/** `jobs`: of the role `s3.workerRoleArn`. */
export type PolicyName = "worker" | "caller" | "deployer" | "jobs";

export const POLICY_NAMES: readonly PolicyName[] = ["worker", "caller", "deployer", "jobs"];

/** Actions for which AWS takes no other resource than `*`, and why they are needed all the same. */
export const WITHOUT_RESOURCE: Readonly<Record<string, string>> = {
  "lambda:GetAccountSettings":
    "IAM knows no resource for it; it reads the account's concurrency, so that a job plans no more workers than can run",
  ...Object.fromEntries(
    ["NetworkInterfaces", "RouteTables", "SecurityGroups", "Subnets", "VpcEndpoints", "Vpcs"].map((what) => [
      `ec2:Describe${what}`,
      "IAM knows no resource for descriptions of EC2; with lambda.subnetIds, Lambda asks for them, and so does doctor",
    ]),
  ),
  "xray:PutTelemetryRecords": "IAM knows no resource for it; with lambda.tracing, Lambda tells X-Ray of invocations so",
  "xray:PutTraceSegments": "IAM knows no resource for it; with lambda.tracing, Lambda tells X-Ray of invocations so",
};

export function policies(config: ResolvedConfig, place: Place): Record<PolicyName, Policy> {
  const names = namesOf(config, place);
  return {
    worker: policy(...workerStatements(names, config.lambda)),
    caller: policy(...callerStatements(names)),
    deployer: policy(...deployerStatements(names, config.lambda)),
    jobs: policy(...storeStatements(names)),
  };
}

/** Who may take the worker's role on: Lambda alone. Whoever hands it to Lambda needs iam:PassRole. */
export function trustPolicy(): object {
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
  };
}

function policy(...Statement: Statement[]): Policy {
  return { Version: "2012-10-17", Statement };
}

function allow(Sid: string, Action: string[], Resource: string[], Condition?: Statement["Condition"]): Statement {
  return { Sid, Effect: "Allow", Action, Resource, ...(Condition && { Condition }) };
}

function workerStatements(names: Names, lambda: ResolvedLambdaConfig): Statement[] {
  const { nestedMaps, kmsKeyArn, tracing } = lambda;
  return [
    ...networkStatements(names, lambda),
    ...(kmsKeyArn ? [allow("Key", ["kms:Decrypt"], [kmsKeyArn])] : []),
    ...(tracing ? [allow("Traces", ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], ["*"])] : []),
    // Of the jobs that its calls start, the worker is the host.
    ...(nestedMaps ? invokeStatements(names) : []),
    // With keys of their job alone, workers need no others.
    ...(names.workerRoleArn === undefined ? storeStatements(names) : []),
    // Deploy makes the group, so a worker need not, and cannot bring it back after destroy.
    allow("Logs", ["logs:CreateLogStream", "logs:PutLogEvents"], [`${names.logGroupArn}:*`]),
  ];
}

const NETWORK_ACTIONS = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:UnassignPrivateIpAddresses",
];
const NETWORK_READS = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];

/** What Lambda does in the role's name for workers in a VPC, and what code that runs on the role may not do all the same. */
function networkStatements(names: Names, { subnetIds, fileSystem }: ResolvedLambdaConfig): Statement[] {
  if (subnetIds.length === 0) return [];
  const mounts = Object.values(fileSystem);
  return [
    allow("Network", NETWORK_ACTIONS, [names.ec2Arn]),
    allow("NetworkReads", NETWORK_READS, ["*"]),
    {
      ...allow("NetworkIsLambdas", [...NETWORK_ACTIONS, ...NETWORK_READS], ["*"], {
        ArnLike: { "lambda:SourceFunctionArn": [names.functionArn, `${names.functionArn}:*`] },
      }),
      Effect: "Deny",
    },
    ...(mounts.length > 0
      ? [
          allow("Files", ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"], [names.fileSystemsArn], {
            StringEquals: { "elasticfilesystem:AccessPointArn": mounts },
          }),
        ]
      : []),
  ];
}

function callerStatements(names: Names): Statement[] {
  return [
    ...invokeStatements(names),
    ...storeStatements(names),
    ...(names.workerRoleArn === undefined ? [] : [allow("WorkerKeys", ["sts:AssumeRole"], [names.workerRoleArn])]),
    allow("Clean", ["s3:DeleteObject"], [objectsOf(names)], ofOwner(names)),
  ];
}

function invokeStatements(names: Names): Statement[] {
  return [
    allow(
      "Function",
      ["lambda:GetFunctionConcurrency", "lambda:GetFunctionConfiguration", "lambda:InvokeFunction"],
      [...new Set([names.functionArn, `${names.functionArn}${names.invokedName.slice(names.functionName.length)}`])],
    ),
    allow("Account", ["lambda:GetAccountSettings"], ["*"]),
  ];
}

/** Without s3:ListBucket, S3 answers 403 for a key that is absent, which no reader could tell from a refusal. */
function storeStatements(names: Names): Statement[] {
  return [
    allow("Objects", ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"], [objectsOf(names)], ofOwner(names)),
    allow("List", ["s3:ListBucket"], [names.bucketArn], {
      ...ofOwner(names),
      StringLike: { "s3:prefix": [`${names.prefix}*`] },
    }),
  ];
}

/** A bucket's name is free for anyone once it was deleted, and workers run the code that they find there. */
function ofOwner({ bucketOwner }: Names): Statement["Condition"] {
  return { StringEquals: { "s3:ResourceAccount": bucketOwner } };
}

function deployerStatements(names: Names, lambda: ResolvedLambdaConfig): Statement[] {
  const { layers, kmsKeyArn, subnetIds, fileSystem } = lambda;
  const { functionArn, logGroupArn, bucketArn, roleArn, roleName } = names;
  return [
    allow("Function", DEPLOYER_ACTIONS.function, [functionArn]),
    // Also where no alias is configured any more: that of an earlier configuration is removed.
    allow("Versions", DEPLOYER_ACTIONS.versions, [`${functionArn}:*`]),
    allow("OwnLayers", DEPLOYER_ACTIONS.layers, [names.layersArn, `${names.layersArn}:*`]),
    ...(kmsKeyArn ? [allow("Key", ["kms:CreateGrant", "kms:Decrypt", "kms:Encrypt"], [kmsKeyArn])] : []),
    ...(subnetIds.length > 0 ? [allow("Network", DEPLOYER_ACTIONS.network, ["*"])] : []),
    ...(Object.keys(fileSystem).length > 0
      ? [
          allow(
            "Files",
            ["elasticfilesystem:DescribeMountTargets"],
            [names.fileSystemsArn, ...Object.values(fileSystem)],
          ),
        ]
      : []),
    ...(names.repositoryArn === undefined ? [] : [allow("Image", DEPLOYER_ACTIONS.image, [names.repositoryArn])]),
    ...(layers.length > 0 ? [allow("Layers", ["lambda:GetLayerVersion"], [...layers])] : []),
    ...(roleName ? [allow("Role", DEPLOYER_ACTIONS.role, [roleArn])] : []),
    allow("PassRole", ["iam:PassRole"], [roleArn], {
      StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" },
    }),
    allow("Logs", DEPLOYER_ACTIONS.logs, [logGroupArn, `${logGroupArn}:*`]),
    allow("Bucket", DEPLOYER_ACTIONS.bucket, [bucketArn]),
    allow("Objects", ["s3:DeleteObject"], [objectsOf(names)]),
  ];
}

const DEPLOYER_ACTIONS = {
  function: [
    "lambda:CreateAlias",
    "lambda:CreateFunction",
    "lambda:DeleteAlias",
    "lambda:DeleteFunction",
    "lambda:DeleteFunctionConcurrency",
    "lambda:GetAlias",
    "lambda:GetFunction",
    "lambda:GetFunctionConfiguration",
    "lambda:GetFunctionEventInvokeConfig",
    "lambda:ListAliases",
    // Without it, GetFunction leaves the tags out, and deploy would not know its own function.
    "lambda:ListTags",
    "lambda:PublishVersion",
    "lambda:PutFunctionConcurrency",
    "lambda:PutFunctionEventInvokeConfig",
    "lambda:TagResource",
    "lambda:UpdateAlias",
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
  ],
  // Lambda asks for them in the deployer's name, and lets itself read the repository.
  image: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:GetRepositoryPolicy", "ecr:SetRepositoryPolicy"],
  versions: [
    "lambda:CreateAlias",
    "lambda:DeleteAlias",
    "lambda:DeleteProvisionedConcurrencyConfig",
    "lambda:GetAlias",
    "lambda:GetFunctionConfiguration",
    "lambda:GetFunctionEventInvokeConfig",
    "lambda:GetProvisionedConcurrencyConfig",
    "lambda:PutFunctionEventInvokeConfig",
    "lambda:PutProvisionedConcurrencyConfig",
    "lambda:UpdateAlias",
  ],
  network: [
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeVpcs",
  ],
  layers: ["lambda:GetLayerVersion", "lambda:ListLayerVersions", "lambda:PublishLayerVersion"],
  role: [
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UpdateAssumeRolePolicy",
  ],
  logs: [
    "logs:CreateLogGroup",
    "logs:DeleteLogGroup",
    "logs:ListTagsForResource",
    "logs:PutRetentionPolicy",
    "logs:TagResource",
  ],
  bucket: ["s3:CreateBucket", "s3:DeleteBucket", "s3:GetBucketTagging", "s3:ListBucket", "s3:PutBucketTagging"],
};

function objectsOf({ bucketArn, prefix }: Names): string {
  return `${bucketArn}/${prefix}*`;
}
