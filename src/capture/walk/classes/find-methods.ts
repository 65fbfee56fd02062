import { types } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import type { Claim, CodeNode, FunctionInfo } from "../../graph/node.js";
import { isNode } from "../../graph/node.js";
import { stepTo } from "../../graph/path.js";
import { functionText } from "../../inspect/function-text.js";
import type { CaptureSession } from "../../session.js";
import type { ClassElement, ClassParts } from "../../source/class-parts.js";
import { classStartAt } from "../../source/class-place.js";
import { privateName } from "../../source/estree.js";
import { offsetOf } from "../../source/script.js";
import type { Callable } from "../../types.js";
import { encodeKey } from "../values/properties.js";
import { isProvenRunOf, isWrittenAt } from "./same-evaluation.js";

/** What the text makes of a property: the functions that its methods and accessors became, or that these are gone. */
export interface Slots {
  value?: unknown;
  get?: unknown;
  set?: unknown;
}

export interface Claimed {
  own: Map<PropertyKey, Slots>;
  prototype: Map<PropertyKey, Slots>;
}

/** Finds, for each method of the text, the function that it became; what was deleted or replaced is not found. */
export function claimMethods(walker: WalkContext, node: CodeNode, parts: ClassParts): Claimed {
  const claimed: Claimed = { own: new Map(), prototype: new Map() };
  for (const element of parts.methods) {
    const holder = element.isStatic ? node.value : node.value.prototype;
    const slots = element.isStatic ? claimed.own : claimed.prototype;
    const key = element.key ?? findKey(walker, node, holder, element, slots);
    if (key === undefined) walker.refuse({ from: node.step, text: " (computed method)" }, lostKey);
    const fn = functionAt(walker.session, node, holder, key, element);
    slots.set(key, { ...slots.get(key), [element.slot]: fn ?? GONE });
    if (element.node.computed) node.fn?.classInfo?.keys.set(element.node.key.start, walker.encode(key, node.step));
    if (fn) claim(walker, node, element, key, fn);
  }
  for (const key of node.fn?.classInfo?.keys.values() ?? []) if (isNode(key)) node.needs.push(key);
  return claimed;
}

const GONE = Symbol("gone");

const lostKey = {
  reason: "a method with a computed key is not to be found, so its key cannot be read: something else has its place",
  hint: "Give the method a fixed name.",
};

function claim(walker: WalkContext, node: CodeNode, element: ClassElement, key: PropertyKey, fn: Callable): void {
  const encodedKey = encodeKey(walker, key, node.step);
  walker.claims.set(fn, { owner: node, isStatic: element.isStatic, key: encodedKey, slot: element.slot });
  const natural = Object.hasOwn(fn, "prototype") ? 3 : 2;
  if (Reflect.ownKeys(fn).length !== natural || !Object.isExtensible(fn)) walker.encode(fn, stepTo(node.step, key));
}

function functionAt(
  session: CaptureSession,
  node: CodeNode,
  holder: object,
  key: PropertyKey,
  element: ClassElement,
): Callable | undefined {
  const fn: unknown = Object.getOwnPropertyDescriptor(holder, key)?.[element.slot];
  if (typeof fn !== "function" || types.isProxy(fn)) return undefined;
  const info = node.fn as FunctionInfo;
  return hasText(fn, info.source.text, element) && isWrittenAt(session, info, element, fn) ? fn : undefined;
}

function hasText(fn: Callable, text: string, { node }: ClassElement): boolean {
  const written = functionText(fn);
  const whole = text.slice(node.start, node.end);
  return whole.endsWith(written) && NO_MORE_THAN_STATIC.test(whole.slice(0, -written.length));
}

/** What stands before the text that a function gives of itself; minified code has no blank after the word. */
const NO_MORE_THAN_STATIC = /^(?:static)?(?:\s|\/\*[\s\S]*?\*\/|\/\/.*)*$/;

function findKey(
  walker: WalkContext,
  node: CodeNode,
  holder: object,
  element: ClassElement,
  taken: Map<PropertyKey, Slots>,
): PropertyKey | undefined {
  return Reflect.ownKeys(holder).find(
    (key) => !taken.get(key)?.[element.slot] && functionAt(walker.session, node, holder, key, element),
  );
}

/** The class whose text holds a method that is met on its own, such as the original of a decorated one. */
export function claimByPlace(walker: WalkContext, method: FunctionInfo): boolean {
  const at = method.look.location;
  for (const owner of walker.nodes) {
    const info = owner.fn;
    if (!at || !info?.source.parts || info.look.location?.scriptId !== at.scriptId) continue;
    const offset = Number(offsetOf(at)) - Number(classStartAt(info.look.location));
    const found = claimAt(info.source.parts, offset);
    if (found?.key === undefined || !isProvenRunOf(walker, owner, method)) continue;
    walker.claims.set(method.fn, { owner, ...found });
    if (found.slot === "private") handOut(info, found);
    return true;
  }
  return false;
}

/** What a class's text makes of the method whose function starts at an offset of it. */
function claimAt({ methods, hidden }: ClassParts, offset: number): Omit<Claim, "owner"> | undefined {
  const element = methods.find(({ node }) => node.value.start === offset);
  if (element?.key !== undefined) return { isStatic: element.isStatic, key: element.key, slot: element.slot };
  const own = hidden.find(({ value }) => value.start === offset);
  return own && { isStatic: own.static, key: String(privateName(own)), slot: "private" };
}

/** A private method is asked of an object that has those of the class. */
function handOut({ classInfo }: FunctionInfo, { key, isStatic }: Pick<Claim, "key" | "isStatic">): void {
  classInfo?.handedOut.add(String(key));
  if (classInfo && !isStatic) classInfo.stamped = true;
}
