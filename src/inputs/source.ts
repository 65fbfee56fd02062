/** What `files()` and `objects()` give: items that are listed as they are taken. */
import { OptionError } from "../errors.js";
import type { Reach } from "../stores/store.js";
import type { ItemDescriptor } from "./descriptor.js";
import { inOrder } from "./in-order.js";
import { InputItem } from "./item.js";
import { type ItemAccess, openContent } from "./open-content.js";
import type { SplitOptions } from "./options.js";
import { type OnWhole, partsOf } from "./split.js";

/** A whole file or object, as it was listed. */
export type Listed = Pick<ItemDescriptor, "key" | "size" | "origin">;

/** Files that are looked into at once, where they are to be split. */
const AHEAD = 8;

/**
 * Inputs for `map()`, one for each file, object, or part. Each iteration lists anew, as items are taken; it throws `OptionError`
 * when a glob matches nothing, and `StoreError` when a bucket is missing or may not be listed.
 */
export class ItemSource implements AsyncIterable<InputItem> {
  /** Whether workers anywhere can read the items, or those of this machine only. */
  readonly reach: Reach;
  readonly #list: () => AsyncIterable<InputItem>;

  /** @internal Sources come from `files()` and `objects()`. */
  constructor(reach: Reach, list: () => AsyncIterable<InputItem>) {
    this.reach = reach;
    this.#list = list;
  }

  [Symbol.asyncIterator](): AsyncIterator<InputItem> {
    return this.#list()[Symbol.asyncIterator]();
  }
}

/** The items of what is listed. */
export async function* itemsOf(
  listing: AsyncIterable<Listed>,
  options: SplitOptions,
  access: ItemAccess,
): AsyncGenerator<InputItem> {
  const onWhole = warnOnce();
  const parts = inOrder(listing, AHEAD, async (listed) => ({
    listed,
    parts: await partsOf(openContent(listed, access), options, onWhole),
  }));
  for await (const { listed, parts: all } of parts)
    for (const part of all) yield new InputItem({ ...listed, ...part }, access);
}

/** Tells of the first one; there may be thousands. */
export function warnOnce(): OnWhole {
  let isTold = false;
  return (name) => {
    if (isTold) return;
    isTold = true;
    process.emitWarning(
      `${name} is compressed by gzip, so that it is one input and not split: what is in its middle can only be found by unpacking all before it. The same goes for others that are compressed.`,
      "NodewrenWarning",
    );
  };
}

/** Throws `OptionError` when the inputs are files of this machine, and workers are elsewhere. */
export function checkReach(inputs: unknown, reach: Reach): void {
  if (reach === "machine" || !(inputs instanceof ItemSource) || inputs.reach === "network") return;
  throw new OptionError(
    "inputs",
    "The files of files() are on this machine, where workers elsewhere cannot read them. Put them into the store first: executor.map(fn, await executor.upload(globs)).",
  );
}
