import { types } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import type { HostNode } from "../../graph/node.js";
import type { Step } from "../../graph/path.js";
import type { Refusal } from "../../graph/refusal.js";
import { packageOfFile } from "../../identity/packages.js";
import { nameOf } from "../../inspect/function-excerpt.js";
import { functionText } from "../../inspect/function-text.js";
import { lookAtFunction } from "../../inspect/look.js";
import { lookAtPrivates, type PrivateElement } from "../../inspect/privates.js";
import { scriptOf } from "../../inspect/scripts.js";
import type { PrivateValues } from "../../payload/entry.js";
import { type ClassNode, privateName } from "../../source/estree.js";
import { sourceOfFunction } from "../../source/function-source.js";
import type { Callable } from "../../types.js";

/**
 * Captures the private elements of an instance, sorted by the class that each belongs to. The first `given` of them are
 * those that a class of Node's gives the object when it is made again.
 */
export function addPrivates(walker: WalkContext, node: HostNode<object>, given = 0): void {
  const proto: object | null = Object.getPrototypeOf(node.value);
  if (proto === null || ORDINARY.has(proto) || !mayHavePrivates(walker, proto)) return;
  const { elements: all, hasMethods } = lookAtPrivates(node.value);
  const elements = all.slice(given);
  if (elements.length === 0 && !hasMethods) return;
  const classes = classesOf(node.value).reverse();
  const owners = classes.map((fn) => ownerOf(walker, node, fn)).filter((owner): owner is Owner => owner !== undefined);
  for (const one of elements) {
    if (!one.isAccessor && !assignField(walker, node, owners, one)) refuseUnclaimed(walker, node, one);
  }
  if (hasMethods) for (const fn of classes) refuseLostMethods(walker, node, fn);
  const stamping = owners.filter((owner) => owner.fields.size === 0 || owner.values.length > 0);
  for (const { fields, values } of stamping)
    if (values.length < fields.size) refusePart(walker, node.step, fields, values);
  if (stamping.length > 0) node.entry.stamps = stamping.map(({ classNode, isBase }) => ({ class: classNode, isBase }));
  node.needs.push(...stamping.map((owner) => owner.classNode));
}

interface Owner {
  classNode: HostNode;
  isBase: boolean;
  fields: Set<string>;
  values: PrivateValues<HostNode>["values"];
}

const ORDINARY = new Set<object>([Object, Array, Function].map((one) => one.prototype));

/** What was found in one capture: between captures the program may change prototypes. */
const verdictsOf = new WeakMap<WalkContext, Map<object, boolean>>();

/** Looking costs an inspector call for each object, so it is spared where no class has private elements. */
function mayHavePrivates(walker: WalkContext, proto: object): boolean {
  const verdicts = verdictsOf.get(walker) ?? new Map<object, boolean>();
  verdictsOf.set(walker, verdicts);
  const known = verdicts.get(proto);
  if (known !== undefined) return known;
  const classes = classesOf(Object.create(proto));
  const verdict = classes.some((fn) => types.isProxy(fn) || /#/.test(functionText(fn)));
  verdicts.set(proto, verdict);
  return verdict;
}

/** Classes along the prototype chain, most derived first. */
function classesOf(value: object): Callable[] {
  const found: Callable[] = [];
  for (let proto = Object.getPrototypeOf(value); proto && !types.isProxy(proto); proto = Object.getPrototypeOf(proto)) {
    const maker = Object.getOwnPropertyDescriptor(proto, "constructor")?.value;
    if (typeof maker === "function") found.push(maker);
  }
  return found;
}

function ownerOf(walker: WalkContext, node: HostNode<object>, fn: Callable): Owner | undefined {
  if (types.isProxy(fn) || walker.isInternal(fn)) return undefined;
  const parts = sourceOfFunction(fn, lookAtFunction(fn).location)?.parts;
  if (!parts?.hasInstancePrivates) return undefined;
  const classNode = walker.encode(fn, { from: node.step, text: ".constructor" });
  const info = classNode.fn?.classInfo;
  if (!info) return undefined;
  info.stamped = true;
  const owner: Owner = {
    classNode,
    isBase: parts.heritage === undefined,
    fields: new Set(parts.privateFields),
    values: [],
  };
  node.entry.privates = [...(node.entry.privates ?? []), { class: classNode, values: owner.values }];
  return owner;
}

/** What the constructor of a package's class did through private methods is done; other methods would miss them. */
function refuseLostMethods(walker: WalkContext, node: HostNode<object>, fn: Callable): void {
  if (types.isProxy(fn) || walker.isInternal(fn) || walker.known(fn)?.fn?.classInfo) return;
  const parts = sourceOfFunction(fn, lookAtFunction(fn).location)?.parts;
  const name = parts && privateMethodInUse(parts.node, Function.prototype.toString.call(fn));
  if (name !== undefined) refuseUnclaimed(walker, node, { name: `#${name}` });
}

function privateMethodInUse({ body: { body: elements } }: ClassNode, text: string): string | undefined {
  const own = elements.filter(
    (one) => one.type === "MethodDefinition" && !one.static && privateName(one) !== undefined,
  );
  const others = elements.filter((one) => !(one.type === "MethodDefinition" && one.kind === "constructor"));
  const used = own.find((method) =>
    others.some((other) => other !== method && text.slice(other.start, other.end).includes(`#${privateName(method)}`)),
  );
  return used && privateName(used);
}

/** Fields are listed base class first, in the order of declaration, so equal names find their classes in order. */
function assignField(walker: WalkContext, node: HostNode, owners: Owner[], one: PrivateElement): boolean {
  const name = one.name.slice(1);
  const owner = owners.find(({ fields, values }) => fields.has(name) && !values.some(([taken]) => taken === name));
  if (!owner) return false;
  owner.values.push([name, walker.encode(one.value, { from: node.step, text: `.${one.name}` })]);
  return true;
}

function refusePart(walker: WalkContext, step: Step, fields: Set<string>, values: Owner["values"]): never {
  const missing = [...fields].find((name) => !values.some(([taken]) => taken === name));
  return walker.refuse(
    { from: step, text: `.#${missing}` },
    {
      reason: "the object was never given this private field of its class, though it has others",
      hint: "Capture objects whose constructors have returned.",
    },
  );
}

function refuseUnclaimed(walker: WalkContext, { step, value }: HostNode<object>, { name }: { name: string }): never {
  return walker.refuse({ from: step, text: `.${name}` }, ofPackage(value, name.slice(1)) ?? unclaimed);
}

const CREATE_INSIDE = "Create the object inside the function.";

const unclaimed: Refusal = {
  reason: "it is a private element of a class that cannot be captured, or that the object's prototypes do not lead to",
  hint: CREATE_INSIDE,
};

/** Only code of the class itself reaches a private element, and a worker that loads the package has that code as it is. */
function ofPackage(value: object, name: string): Refusal | undefined {
  const maker = classesOf(value).find((fn) => declares(fn, name));
  const { location } = maker ? lookAtFunction(maker) : {};
  const url = location && scriptOf(location.scriptId)?.url;
  const packageName = url && packageOfFile(url);
  if (!maker || !packageName) return undefined;
  const reason = `it is private to ${nameOf(maker) || "a class"} of the package ${packageName}, which a worker loads as it comes, and so cannot be put into an object there`;
  return { reason, hint: CREATE_INSIDE, packageScript: url };
}

function declares(fn: Callable, name: string): boolean {
  if (types.isProxy(fn)) return false;
  const { body } = sourceOfFunction(fn, lookAtFunction(fn).location)?.parts?.node ?? {};
  return body?.body.some((element) => privateName(element) === name) === true;
}
