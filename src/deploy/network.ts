/** What is asked of EC2 about the network of workers in a VPC. Nothing of it is made here: networks are the user's. */
import type { EC2, RouteTable, RouteTableAssociation, Subnet, VpcEndpoint } from "@aws-sdk/client-ec2";
import { DeployError } from "../errors.js";
import type { Clients } from "./clients.js";
import type { Context } from "./context.js";

/** How a subnet reaches S3, in words; undefined: it does not. */
type WayToS3 = "an endpoint of S3" | "a NAT or another gateway";

/**
 * How workers reach the store, in words. Throws `DeployError` for subnets from which no route leads there: workers in a VPC have no public address, so an
 * internet gateway alone leads them nowhere.
 */
export async function waysToS3({ ec2 }: Clients, subnetIds: readonly string[], region: string): Promise<string> {
  const api = loaded(ec2);
  const { Subnets = [] } = await api.describeSubnets({ SubnetIds: [...subnetIds] });
  const vpcs = [...new Set(Subnets.map(({ VpcId = "" }) => VpcId))];
  const Filters = [{ Name: "vpc-id", Values: vpcs }];
  const [{ RouteTables = [] }, { VpcEndpoints = [] }] = await Promise.all([
    api.describeRouteTables({ Filters }),
    api.describeVpcEndpoints({
      Filters: [...Filters, { Name: "service-name", Values: [`com.amazonaws.${region}.s3`] }],
    }),
  ]);
  const ways = new Map(Subnets.map((one) => [one.SubnetId, wayToS3(one, RouteTables, VpcEndpoints)]));
  const without = [...ways].filter(([, way]) => way === undefined).map(([id]) => id);
  if (without.length === 0) return [...new Set(ways.values())].join(", ");
  throw new DeployError(
    `From ${without.join(", ")} no route leads to S3, where workers read and write. Give their route tables a gateway endpoint of S3, which costs nothing (aws ec2 create-vpc-endpoint --vpc-id ${vpcs[0]} --service-name com.amazonaws.${region}.s3 --route-table-ids ID), or a NAT gateway.`,
  );
}

function wayToS3(
  { SubnetId, VpcId }: Subnet,
  tables: readonly RouteTable[],
  endpoints: readonly VpcEndpoint[],
): WayToS3 | undefined {
  const ofVpc = tables.filter((one) => one.VpcId === VpcId);
  const has = (isTheOne: (association: RouteTableAssociation) => boolean) =>
    ofVpc.find(({ Associations = [] }) => Associations.some(isTheOne));
  // One that is associated with no table has its VPC's main one.
  const table = has((one) => one.SubnetId === SubnetId) ?? has(({ Main }) => Main === true);
  const isReached = endpoints.some(
    (one) =>
      one.VpcId === VpcId &&
      one.State?.toLowerCase() === "available" &&
      (one.PrivateDnsEnabled || one.RouteTableIds?.some((id) => id === table?.RouteTableId)),
  );
  if (isReached) return "an endpoint of S3";
  const isRouted = table?.Routes?.some(
    ({ DestinationCidrBlock, State, GatewayId = "" }) =>
      DestinationCidrBlock === "0.0.0.0/0" && State === "active" && !GatewayId.startsWith("igw-"),
  );
  return isRouted ? "a NAT or another gateway" : undefined;
}

/** How many network interfaces Lambda still has for the function: it removes them up to 20 minutes after the function, with the function's role. */
export async function lingeringInterfaces({ clients, config, names }: Context): Promise<number> {
  const { subnetIds } = config.lambda;
  if (subnetIds.length === 0) return 0;
  const { NetworkInterfaces = [] } = await loaded(clients.ec2).describeNetworkInterfaces({
    Filters: [
      { Name: "subnet-id", Values: [...subnetIds] },
      { Name: "description", Values: [`AWS Lambda VPC ENI-${names.functionName}-*`] },
    ],
  });
  return NetworkInterfaces.length;
}

function loaded(ec2: EC2 | undefined): EC2 {
  if (ec2) return ec2;
  throw new DeployError("There are no subnets in the configuration (lambda.subnetIds).");
}
