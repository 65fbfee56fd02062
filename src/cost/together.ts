/** What several places bill, as one cost. */
import type { Cost } from "./cost.js";
import { describeCost } from "./cost-text.js";

/** @param costs one at least. Prices are those of the first one that bills. */
export function costTogether(costs: readonly Cost[]): Cost {
  const [first, ...rest] = costs as [Cost, ...Cost[]];
  if (rest.length === 0) return first;
  const { prices } = costs.find(({ invocations }) => invocations > 0) ?? first;
  const added = costs.map(numbersOf).reduce(sumOf);
  const usd = costs.some((one) => one.usd === undefined)
    ? undefined
    : costs.reduce((sum, one) => sum + (one.usd ?? 0), 0);
  const cost = { ...added, usd, prices, notes: [...new Set(costs.flatMap(({ notes }) => notes))] };
  return Object.defineProperty(cost, "toString", { value: () => describeCost(cost) });
}

type Numbers = Omit<Cost, "usd" | "prices" | "notes" | "toString">;

function numbersOf({ usd: _, prices: __, notes: ___, ...numbers }: Cost): Numbers {
  return numbers;
}

/** Field by field, those within fields as well. */
function sumOf<T extends object>(a: T, b: T): T {
  const entries = Object.entries(a).map(([name, value]) => {
    const other = b[name as keyof T];
    return [name, typeof value === "number" ? value + (other as number) : sumOf(value, other as object)];
  });
  return Object.fromEntries(entries) as T;
}
