/** Files of this machine for workers elsewhere: put into the executor's store, by the digests of their bytes. */
import { resolve } from "node:path";
import type { Store } from "../stores/store.js";
import { digestOf } from "../wire/digest.js";
import { uploadKey } from "../wire/keys.js";
import type { Content } from "./content.js";
import type { StoredOrigin } from "./descriptor.js";
import { checkGlobs, listFiles } from "./files.js";
import { inOrder } from "./in-order.js";
import { InputItem } from "./item.js";
import { type ItemAccess, openContent } from "./open-content.js";
import { checkFilesOptions, type FilesOptions } from "./options.js";
import { warnOnce } from "./source.js";
import { partsOf } from "./split.js";
import { bytesOfChunks } from "./text.js";

/** Bytes of one object in the store: what one request writes, and memory that each file takes on its way. */
const BLOCK_BYTES = 16 * 1024 * 1024;

/** Files on their way at once. */
const AT_ONCE = 4;

/** Whether the store has a block is asked for no more than its first byte. */
const NOTHING = { start: 0, end: 0 };

/** Stores what is not there yet, and gives the items that are read from there. */
export async function uploadFiles(
  globs: string | readonly string[],
  options: FilesOptions,
  store: Store,
  access: ItemAccess,
): Promise<InputItem[]> {
  const where = "executor.upload()";
  const { wanted, excluded } = checkGlobs(where, globs);
  checkFilesOptions(where, options);
  const onWhole = warnOnce();
  const items: InputItem[] = [];
  const cwd = resolve(options.cwd ?? ".");
  const stored = inOrder(listFiles(where, wanted, excluded, { ...options, cwd }), AT_ONCE, async (listed) => {
    const content = openContent(listed, access);
    const parts = await partsOf(content, options, onWhole);
    return { ...listed, origin: await storeContent(content, store), parts };
  });
  for await (const { parts, ...listed } of stored)
    for (const part of parts) items.push(new InputItem({ ...listed, ...part }, access));
  return items;
}

async function storeContent(content: Content, store: Store): Promise<StoredOrigin> {
  const blocks: string[] = [];
  for (let start = 0; start < content.size; start += BLOCK_BYTES) {
    const bytes = await bytesOfChunks(content.read({ start, end: start + BLOCK_BYTES }));
    const digest = digestOf(bytes);
    const key = uploadKey(digest);
    if ((await store.get(key, NOTHING)) === undefined) await store.putIfAbsent(key, bytes);
    blocks.push(digest);
  }
  return { kind: "stored", blockBytes: BLOCK_BYTES, blocks };
}
