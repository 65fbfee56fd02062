/** Cuts what was listed into parts, each of which is an item. */
import type { ByteRange } from "../stores/store.js";
import type { Content } from "./content.js";
import { recordStarts } from "./csv-borders.js";
import type { SplitBy } from "./descriptor.js";
import { isGzip } from "./gunzip.js";
import type { SplitOptions } from "./options.js";

const DEFAULT_BY: SplitBy = "line";

/** What of an item's descriptor says which part it is, and how it is read. */
export interface PartOfItem {
  range: ByteRange | undefined;
  by: SplitBy;
  decompress: boolean;
}

/** Warns, once a source, that a compressed file is not split. */
export type OnWhole = (name: string) => void;

/** At least one part, also of what is empty. Rejects as the content does. */
export async function partsOf(content: Content, options: SplitOptions, onWhole: OnWhole): Promise<PartOfItem[]> {
  const { by = DEFAULT_BY, decompress = true } = options;
  const whole = { range: undefined, by, decompress };
  const borders = bordersOf(content.size, options);
  if (borders.length === 0) return [whole];
  if (decompress && (await isGzip(content))) {
    onWhole(content.name);
    return [whole];
  }
  const starts = by === "csv" ? await recordStarts(content, borders) : borders;
  return rangesBetween(starts, content.size).map((range) => ({ range, by, decompress }));
}

/** Where equal parts meet. */
function bordersOf(size: number, { splitBytes, splitCount }: SplitOptions): number[] {
  const wanted = splitCount ?? (splitBytes === undefined ? 1 : Math.ceil(size / splitBytes));
  const count = Math.min(wanted, size);
  return Array.from({ length: Math.max(0, count - 1) }, (_, i) => Math.floor(((i + 1) * size) / count));
}

/** Without empty ones: a record that is longer than a part covers several borders. */
function rangesBetween(borders: readonly number[], size: number): ByteRange[] {
  const all = [0, ...borders, size];
  return all.slice(1).flatMap((end, i) => {
    const start = all[i] as number;
    return end > start ? [{ start, end }] : [];
  });
}
