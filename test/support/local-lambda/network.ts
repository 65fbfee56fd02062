/** Functions in a VPC: the network interfaces that Lambda makes with their roles, and what EC2 tells of the network. */
import type { Account } from "./account.js";
import { ApiError, invalidParameter } from "./api-error.js";
import { type ApiCall, permit } from "./call.js";
import type { FunctionConfig } from "./deployment.js";
import type { HttpAnswer } from "./http.js";
import { newApiRequest } from "./recorder.js";
import { escaped } from "./xml.js";

export const VPC_ID = "vpc-0123456789abcdef0";

export interface Network {
  /** Table of each subnet; a subnet that is absent has the main one, `rtb-main`. */
  tables: Record<string, string>;
  /** Where 0.0.0.0/0 leads from a table, such as `nat-1` or `igw-1`. */
  defaultRoutes: Record<string, string>;
  /** Tables that have a gateway endpoint of S3. */
  withEndpoint: string[];
  /** Descriptions of network interfaces. They stay until a test removes them, as Lambda takes its time. */
  interfaces: Set<string>;
}

export function newNetwork(): Network {
  return { tables: {}, defaultRoutes: {}, withEndpoint: [], interfaces: new Set() };
}

const describes = (...names: string[]) => names.map((name) => `ec2:Describe${name}`);

/** Throws as Lambda does for a network that is not whole. */
export function joinNetwork(call: ApiCall, config: FunctionConfig, before?: FunctionConfig): void {
  const { SubnetIds, SecurityGroupIds, FileSystemConfigs, FunctionName } = config;
  if (SubnetIds.length > 0 !== SecurityGroupIds.length > 0)
    throw invalidParameter("SubnetIds and SecurityIds must coexist or be both empty list.");
  if (FileSystemConfigs.length > 0 && SubnetIds.length === 0)
    throw invalidParameter("Function must be configured to execute in a VPC to reference access point.");
  if (SubnetIds.length > 0 && String(before?.SubnetIds) !== String(SubnetIds)) {
    for (const action of describes("SecurityGroups", "Subnets", "Vpcs")) permit(call, action, undefined, true);
    asRole(
      call.account,
      "ec2:CreateNetworkInterface",
      ...SubnetIds.map((id) => call.account.arn("ec2", `subnet/${id}`)),
    );
    for (const action of describes("NetworkInterfaces", "Subnets")) asRole(call.account, action, undefined);
    call.account.network.interfaces.add(`AWS Lambda VPC ENI-${FunctionName}-0a1b2c3d`);
  }
  for (const { Arn } of FileSystemConfigs) {
    const files = call.account.arn("elasticfilesystem", "file-system/fs-0123456789abcdef0");
    permit(call, "elasticfilesystem:DescribeMountTargets", files, true);
    for (const action of ["ClientMount", "ClientWrite"])
      asRole(call.account, `elasticfilesystem:${action}`, files, { "elasticfilesystem:AccessPointArn": Arn });
  }
}

export function leaveNetwork({ account }: ApiCall, { SubnetIds }: FunctionConfig): void {
  if (SubnetIds.length === 0) return;
  const one = account.arn("ec2", "network-interface/eni-0123456789abcdef0");
  for (const action of ["UnassignPrivateIpAddresses", "DeleteNetworkInterface"]) asRole(account, `ec2:${action}`, one);
}

/** What Lambda itself does in the name of a function's role. */
export function asRole(
  account: Account,
  action: string,
  ...rest: (string | undefined | Record<string, string>)[]
): void {
  const accessKeyId = account.settings.environment["AWS_ACCESS_KEY_ID"];
  const context = rest.find((one) => typeof one === "object");
  for (const resource of rest.filter((one) => typeof one !== "object"))
    account.requests.push({ ...newApiRequest(action, resource, accessKeyId, true), ...(context && { context }) });
}

type Item = { [name: string]: string | boolean | Item[] };

/** Answers of EC2's own protocol, in which lists have `item` elements. */
export function answerEc2(call: ApiCall, form: URLSearchParams): HttpAnswer {
  const action = form.get("Action") ?? "";
  const name = { DescribeSubnets: "subnetSet", DescribeRouteTables: "routeTableSet" }[action];
  permit(call, `ec2:${action}`, undefined);
  const items = itemsOf(call.account.network, action, form);
  const set =
    name ?? { DescribeVpcEndpoints: "vpcEndpointSet", DescribeNetworkInterfaces: "networkInterfaceSet" }[action];
  const body = `<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>${call.requestId}</requestId>${shown({ [set ?? ""]: items })}</${action}Response>`;
  return { status: 200, headers: { "content-type": "text/xml" }, body };
}

function itemsOf(network: Network, action: string, form: URLSearchParams): Item[] {
  const { tables, defaultRoutes, withEndpoint, interfaces } = network;
  const values = (beginning: string) =>
    [...form].filter(([key]) => key.startsWith(beginning)).map(([, value]) => value);
  if (action === "DescribeSubnets") return values("SubnetId.").map((subnetId) => ({ subnetId, vpcId: VPC_ID }));
  if (action === "DescribeVpcEndpoints")
    return withEndpoint.map((id) => ({
      vpcId: VPC_ID,
      state: "available",
      privateDnsEnabled: false,
      routeTableIdSet: [{ "": id }],
    }));
  if (action === "DescribeNetworkInterfaces") {
    const [wanted = ""] = values("Filter.2.Value").map((one) => one.replace(/\*$/, ""));
    return [...interfaces].filter((one) => one.startsWith(wanted)).map((description) => ({ description }));
  }
  if (action !== "DescribeRouteTables") throw new ApiError(400, "InvalidAction", `This double has no ${action}.`);
  const ids = new Set(["rtb-main", ...Object.values(tables), ...Object.keys(defaultRoutes)]);
  return [...ids].map((routeTableId) => tableOf(network, routeTableId));
}

function tableOf({ tables, defaultRoutes }: Network, routeTableId: string): Item {
  const subnets = Object.keys(tables).filter((subnet) => tables[subnet] === routeTableId);
  const to = defaultRoutes[routeTableId];
  const target = to && { [to.startsWith("nat-") ? "natGatewayId" : "gatewayId"]: to };
  return {
    routeTableId,
    vpcId: VPC_ID,
    associationSet: [
      ...subnets.map((subnetId) => ({ subnetId, main: false })),
      ...(routeTableId === "rtb-main" ? [{ main: true }] : []),
    ],
    routeSet: [
      { destinationCidrBlock: "10.0.0.0/16", gatewayId: "local", state: "active" },
      ...(target ? [{ destinationCidrBlock: "0.0.0.0/0", state: "active", ...target }] : []),
    ],
  };
}

function shown(item: Item): string {
  return Object.entries(item)
    .map(([name, value]) => {
      const inner = Array.isArray(value)
        ? value.map((one) => `<item>${shown(one)}</item>`).join("")
        : escaped(String(value));
      return name === "" ? inner : `<${name}>${inner}</${name}>`;
    })
    .join("");
}
