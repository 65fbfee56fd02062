/** How items travel as inputs, results, and parts of both: as their descriptors, opened again where they arrive. */
import { types } from "node:util";
import { ClassRegistry, type RegisteredClass } from "../codec/classes.js";
import { Refusal } from "../codec/encode/refuse.js";
import { CaptureError } from "../errors.js";
import type { Reach } from "../stores/store.js";
import { checkDescriptor, type ItemDescriptor } from "./descriptor.js";
import { DESCRIPTOR, InputItem } from "./item.js";
import type { ItemAccess } from "./open-content.js";

/** On the wire; no name that a class can have. */
const CLASS_NAME = "nodewren:InputItem";

/** Beginning of the token of an item that a function closes over; other tokens are digests. */
const TOKEN = "item ";

const REASON = "which is on this machine, where workers elsewhere cannot read it";
const HINT = "Put it into the store: await executor.upload(globs) gives items that they can read.";

/** Takes items of another copy of the library as well. */
class ItemClasses extends ClassRegistry {
  override ofPrototype(prototype: object): RegisteredClass | undefined {
    const known = super.ofPrototype(prototype);
    if (known || types.isProxy(prototype) || !Object.hasOwn(prototype, DESCRIPTOR)) return known;
    return this.ofName(CLASS_NAME);
  }
}

/**
 * @param access what items are read by that arrive here
 * @param reach of those to whom items are sent
 * @param base asked for all other classes
 */
export function itemClasses(access: ItemAccess, reach: Reach, base?: ClassRegistry): ClassRegistry {
  const registry = new ItemClasses(base);
  registry.register(InputItem, {
    name: CLASS_NAME,
    encode: (item) => {
      const descriptor = item[DESCRIPTOR]();
      if (isOutOfReach(descriptor, reach)) throw new Refusal(`It is the file ${item.key}, ${REASON}`, HINT);
      return descriptor;
    },
    decode: (state) => new InputItem(checkDescriptor(state), access),
  });
  return registry;
}

/** By which an item travels that a function closes over. */
export function itemToken(item: InputItem): string {
  return TOKEN + JSON.stringify(InputItem.descriptorOf(item));
}

/** The item of a token; undefined for any other token. Throws `CodecError` when it is damaged. */
export function itemOfToken(token: string, access: ItemAccess): InputItem | undefined {
  if (!token.startsWith(TOKEN)) return undefined;
  return new InputItem(checkDescriptor(JSON.parse(token.slice(TOKEN.length))), access);
}

/** Throws `CaptureError` when a function closes over a file that its workers cannot read. */
export function checkItems(items: Iterable<InputItem>, reach: Reach): void {
  for (const item of items)
    if (isOutOfReach(InputItem.descriptorOf(item), reach))
      throw new CaptureError({ path: `the item ${item.key}`, reason: `it is a file, ${REASON}`, hint: HINT });
}

function isOutOfReach({ origin }: ItemDescriptor, reach: Reach): boolean {
  return reach === "network" && origin.kind === "file";
}
