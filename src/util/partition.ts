/** AWS is several worlds, partitions, that share neither accounts nor ARNs. */

/** By the beginnings of their regions' names (AWS documentation, "Partitions"); the others are of the first one. */
const PARTITIONS: readonly [beginning: string, partition: string][] = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["eusc-", "aws-eusc"],
  ["us-iso-", "aws-iso"],
  ["us-isob-", "aws-iso-b"],
  ["eu-isoe-", "aws-iso-e"],
  ["us-isof-", "aws-iso-f"],
  ["eu-isof-", "aws-iso-f"],
];

export function partitionOf(region: string): string {
  return PARTITIONS.find(([beginning]) => region.startsWith(beginning))?.[1] ?? "aws";
}
