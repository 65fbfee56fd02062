/** One ArrayBuffer of a value, and what of it is needed. */
export interface SharedMemory {
  readonly index: number;
  /** Start and end of each view, in bytes. */
  readonly views: number[];
  /** The ArrayBuffer itself stands in the value. */
  whole: boolean;
  /** Every view is a Buffer: Node cuts these from a pool, so that one ArrayBuffer holds strangers. */
  onlyBuffers: boolean;
}

export type BufferTable = Map<ArrayBuffer, SharedMemory>;

export interface Span {
  start: number;
  end: number;
}

/** The widest element: a span starts at such an offset so that views keep their alignment. */
const ALIGNMENT = 8;

/**
 * The bytes to send: all of them if the ArrayBuffer stands in the value; else the smallest span that covers its
 * views; and for Buffers alone, one span for each run of overlapping ones, so that nothing else of the pool leaves.
 */
export function spansOf(byteLength: number, { whole, views, onlyBuffers }: SharedMemory): Span[] {
  if (whole) return [{ start: 0, end: byteLength }];
  if (onlyBuffers) return mergeOverlapping(views);
  let start = byteLength;
  let end = 0;
  for (let i = 0; i < views.length; i += 2) {
    start = Math.min(start, views[i] as number);
    end = Math.max(end, views[i + 1] as number);
  }
  return [{ start: start - (start % ALIGNMENT), end }];
}

function mergeOverlapping(views: readonly number[]): Span[] {
  const spans: Span[] = [];
  for (let i = 0; i < views.length; i += 2) spans.push({ start: views[i] as number, end: views[i + 1] as number });
  spans.sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged[merged.length - 1];
    if (last && (span.start < last.end || span.end <= last.end)) last.end = Math.max(last.end, span.end);
    else merged.push(span);
  }
  return merged;
}
