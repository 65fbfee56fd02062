import assert from "node:assert/strict";
import { types } from "node:util";

/**
 * Throws unless two values are alike in all that a program can see of data: types, prototypes, own properties with
 * their order and flags, internal state, and which references are shared.
 */
export function assertSame(left: unknown, right: unknown): void {
  compare(left, right, "value", { there: new Map(), back: new Map() });
}

interface Pairs {
  there: Map<object, object>;
  back: Map<object, object>;
}

function compare(left: unknown, right: unknown, path: string, pairs: Pairs): void {
  if (typeof left !== "object" || left === null || typeof right !== "object" || right === null) {
    assert.ok(Object.is(left, right), `${path}: ${String(left)} is not ${String(right)}`);
    return;
  }
  const known = pairs.there.get(left);
  if (known !== undefined || pairs.back.has(right)) {
    assert.equal(known, right, `${path}: sharing differs`);
    assert.equal(pairs.back.get(right), left, `${path}: sharing differs`);
    return;
  }
  pairs.there.set(left, right);
  pairs.back.set(right, left);
  assert.equal(Object.getPrototypeOf(left), Object.getPrototypeOf(right), `${path}: prototype`);
  assert.equal(tag(left), tag(right), `${path}: type`);
  compareState(left, right, path, pairs);
  compareProperties(left, right, path, pairs);
}

function tag(value: object): string {
  return types.isNativeError(value) ? "Error" : Object.prototype.toString.call(value);
}

function compareState(left: object, right: object, path: string, pairs: Pairs): void {
  if (types.isDate(left)) assert.ok(Object.is(left.getTime(), (right as Date).getTime()), `${path}: time`);
  else if (types.isBoxedPrimitive(left)) compare(left.valueOf(), right.valueOf(), path, pairs);
  else if (types.isRegExp(left)) assert.equal(String(left), String(right), path);
  else if (left instanceof URL || left instanceof URLSearchParams) assert.equal(String(left), String(right), path);
  else if (types.isMap(left)) compare([...left], [...(right as Map<unknown, unknown>)], `${path}.entries()`, pairs);
  else if (types.isSet(left)) compare([...left], [...(right as Set<unknown>)], `${path}.values()`, pairs);
  else if (types.isAnyArrayBuffer(left))
    assert.deepEqual(new Uint8Array(left), new Uint8Array(right as ArrayBuffer), path);
  else if (ArrayBuffer.isView(left)) compareViews(left, right as ArrayBufferView, path);
}

function compareViews(left: ArrayBufferView, right: ArrayBufferView, path: string): void {
  const bytes = (view: ArrayBufferView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  assert.deepEqual(bytes(left), bytes(right), path);
}

function compareProperties(left: object, right: object, path: string, pairs: Pairs): void {
  const keys = Reflect.ownKeys(left);
  if (types.isNativeError(left)) assert.deepEqual(new Set(Reflect.ownKeys(right)), new Set(keys), `${path}: keys`);
  else assert.deepEqual(Reflect.ownKeys(right), keys, `${path}: keys`);
  if (ArrayBuffer.isView(left)) return;
  for (const key of keys) {
    const [a, b] = [left, right].map((owner) => Object.getOwnPropertyDescriptor(owner, key) as PropertyDescriptor);
    assert.equal(a?.enumerable, b?.enumerable, `${path}.${String(key)}: enumerable`);
    const read = (owner: object) => (key === "stack" ? (owner as Error).stack : undefined);
    compare(a?.get ? read(left) : a?.value, b?.get ? read(right) : b?.value, `${path}.${String(key)}`, pairs);
  }
}
