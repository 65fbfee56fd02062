/** Writes what calls came to as one object, before the result object that says so: an object that no result names counts for nothing. */
import { encode } from "../../codec/codec.js";
import type { Store } from "../../stores/store.js";
import { type Delivery, type Part, partName } from "../../wire/delivery.js";
import type { CallResult, ShardResult } from "../../wire/result.js";
import { cellWriter, columnsOf } from "./csv-rows.js";
import type { Rendered } from "./render.js";

/** What is there of a call beside its result. */
export interface RenderedCall extends CallResult {
  /** Set where the call has a value that is to be written. */
  rendered?: Rendered | undefined;
}

/** A call's share of the object. */
interface Share {
  bytes: Uint8Array;
  records: number;
}

export class PartWriter {
  readonly #delivery: Delivery;
  readonly #store: Store;

  /** @param store that of the delivery */
  constructor(delivery: Delivery, store: Store) {
    this.#delivery = delivery;
    this.#store = store;
  }

  /**
   * Stores the object, and gives the result with counts in place of values. Rejects with `StoreError`.
   *
   * @param first index of the result's first call
   */
  async write(result: ShardResult, first: number): Promise<ShardResult> {
    const rendered = (result.calls as RenderedCall[]).map((call) => call.rendered);
    if (!rendered.some(Boolean)) return result;
    const { head, shares } = await this.#shares(rendered);
    const name = partName(this.#delivery, { first, count: result.count }, result.attemptId);
    const written = shares.filter((share) => share !== undefined);
    const pieces = [head, ...written.map(({ bytes }) => bytes)];
    // The name is this attempt's own: one that is there already was written by a try whose answer was lost.
    await this.#store.putIfAbsent(name, pieces);
    const records = written.reduce((sum, share) => sum + share.records, 0);
    const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
    return {
      ...result,
      calls: result.calls.map((call, i) => counted(call, shares[i])),
      part: { name, records, bytes },
    };
  }

  /** Another attempt was first. What cannot be removed here is for the host, which knows what counts. */
  async withdraw({ part }: { part?: Part | undefined }): Promise<void> {
    if (part) await this.#store.delete(part.name).catch(() => {});
  }

  async #shares(
    rendered: readonly (Rendered | undefined)[],
  ): Promise<{ head: Uint8Array; shares: (Share | undefined)[] }> {
    if (this.#delivery.as !== "csv") {
      const shares = rendered.map((one) => (one && "bytes" in one ? { bytes: one.bytes, records: 1 } : undefined));
      return { head: new Uint8Array(), shares };
    }
    const rows = rendered.map((one) => (one && "rows" in one ? one.rows : undefined));
    const columns = columnsOf(rows.flatMap((some) => some ?? []));
    const write = await cellWriter(columns.length);
    const shares = rows.map((some) => {
      const records = some?.map((row) => columns.map((name) => row.get(name) ?? ""));
      return records && { bytes: Buffer.from(write(records)), records: records.length };
    });
    return { head: Buffer.from(columns.length > 0 ? write([columns]) : ""), shares };
  }
}

function counted(call: CallResult, share: Share | undefined): CallResult {
  if (!share) return call;
  return { ...call, bytes: encode({ records: share.records, bytes: share.bytes.byteLength }) };
}
