import { types } from "node:util";
import { functionText } from "../inspect/function-text.js";
import { lookAtProxy } from "../inspect/look.js";
import { lookAtPrivates } from "../inspect/privates.js";
import { ownProperty } from "../own-property.js";
import { digestOf } from "./state-words.js";

type Member = [key: string, value: unknown];

/** Bytes beyond this many are not compared. */
const MOST_BYTES = 1_000_000;

/** Key of the bytes of a buffer, which is compared where the package exports it: pools of bytes change by mere use. */
export const BYTES = " (bytes)";

/** What is in a proxy; no trap runs. */
export function membersOfProxy(proxy: object): Member[] {
  const look = lookAtProxy(proxy);
  const members: Member[] = [
    [" (target)", look?.target],
    [" (handler)", look?.handler],
  ];
  return look ? members : [];
}

export function accessorsOf(name: string, { get, set }: PropertyDescriptor): Member[] {
  const members: Member[] = [
    [` (get ${name})`, get],
    [` (set ${name})`, set],
  ];
  return members.filter(([, fn]) => fn !== undefined);
}

/** A digest of the bytes that a buffer or a view has. */
export function bytesOf(value: object): Member[] {
  const bytes = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : types.isAnyArrayBuffer(value) && new Uint8Array(value);
  return bytes && bytes.byteLength <= MOST_BYTES ? [[BYTES, digestOf(bytes)]] : [];
}

/** Asks for the private fields of what may have some: a question to the inspector takes longer than reading a text. */
export class PrivateFields {
  /** Whether the text of a class has private names. */
  private readonly classes = new Map<unknown, boolean>();

  of(value: object): Member[] {
    if (!this.mayHave(value)) return [];
    const seen = new Map<string, number>();
    return lookAtPrivates(value).elements.flatMap(({ name, value: held, isAccessor }): Member[] => {
      // A class that extends another may have a field of the same name.
      const times = seen.get(name) ?? 0;
      seen.set(name, times + 1);
      return isAccessor ? [] : [[` (${name}${times || ""})`, held]];
    });
  }

  private mayHave(value: object): boolean {
    if (typeof value === "function") return this.hasPrivateNames(value);
    for (let at = prototypeOf(value); at; at = prototypeOf(at))
      if (this.hasPrivateNames(ownProperty(at, "constructor")?.value)) return true;
    return false;
  }

  private hasPrivateNames(made: unknown): boolean {
    if (typeof made !== "function" || types.isProxy(made)) return false;
    const known = this.classes.get(made);
    if (known !== undefined) return known;
    const text = functionText(made);
    const found = /^class\b/.test(text) && text.includes("#");
    this.classes.set(made, found);
    return found;
  }
}

function prototypeOf(value: object): object | null {
  return types.isProxy(value) ? null : Object.getPrototypeOf(value);
}
