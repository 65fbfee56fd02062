/** A cost in a line or two, for people. */

/** What of a cost is told: see its fields. */
interface DescribedCost {
  usd: number | undefined;
  gbSeconds: number;
  invocations: number;
  requests: { reads: number; writes: number; lists: number };
  toldMs: number;
  billedMs: number;
  prices: { asOf: string };
  notes: readonly string[];
}

/** Smaller amounts have two digits that count, larger ones cents. */
const CENTS_FROM_USD = 10;

export function dollars(usd: number): string {
  if (usd === 0 || usd >= CENTS_FROM_USD) return `$${usd.toFixed(usd === 0 ? 0 : 2)}`;
  return `$${Number(usd.toPrecision(3)).toFixed(Math.min(12, Math.max(2, 2 - Math.floor(Math.log10(usd)))))}`;
}

export function describeCost(cost: DescribedCost): string {
  const { reads, writes, lists } = cost.requests;
  const used = [
    ...(cost.invocations > 0 ? [`${cost.gbSeconds.toFixed(1)} GB-s in ${cost.invocations} invocations`] : []),
    ...(reads + writes + lists > 0 ? [`${reads} reads, ${writes} writes and ${lists} lists of the store`] : []),
  ];
  const isTold = cost.billedMs > 0 && cost.toldMs === cost.billedMs;
  const amount =
    cost.usd === undefined ? "not known" : `${cost.usd > 0 && !isTold ? "about " : ""}${dollars(cost.usd)}`;
  const dated = cost.usd ? ` (prices of ${cost.prices.asOf})` : "";
  return [`cost ${amount}: ${used.join("; ") || "nothing that is billed"}${dated}`, ...cost.notes].join("\n  ");
}
