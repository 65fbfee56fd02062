import { types } from "node:util";
import { functionText } from "../inspect/function-text.js";
import { lookAtFunction, lookAtPrivates, type PrivateElement } from "../inspect/look.js";
import type { SyntaxNode } from "../source/estree.js";
import { sourceOfFunction } from "../source/function-source.js";
import type { Callable, Loose } from "../types.js";
import type { HostNode, Step } from "./graph.js";
import type { Walker } from "./walker.js";

/** Captures the private elements of an instance, sorted by the class that each belongs to. */
export function addPrivates(walker: Walker, node: HostNode): void {
  const proto = Object.getPrototypeOf(node.value);
  if (proto === null || ORDINARY.has(proto) || !mayHavePrivates(walker, proto)) return;
  const { elements, hasMethods } = lookAtPrivates(node.value);
  if (elements.length === 0 && !hasMethods) return;
  const classes = classesOf(node.value).reverse();
  const owners = classes.map((fn) => ownerOf(walker, node, fn)).filter((owner): owner is Owner => owner !== undefined);
  for (const one of elements) {
    if (!one.isAccessor && !assignField(walker, node, owners, one)) refuseUnclaimed(walker, node.step, one);
  }
  if (hasMethods) for (const fn of classes) refuseLostMethods(walker, node, fn);
  const stamping = owners.filter((owner) => owner.fields.size === 0 || owner.values.length > 0);
  for (const { fields, values } of stamping)
    if (values.length < fields.size) refusePart(walker, node.step, fields, values);
  if (stamping.length > 0) node.data.stamps = stamping.map(({ classNode, isBase }) => ({ c: classNode, base: isBase }));
  node.needs.push(...stamping.map((owner) => owner.classNode));
}

interface Owner {
  classNode: HostNode;
  isBase: boolean;
  fields: Set<string>;
  values: Loose[];
}

const ORDINARY = new Set<object>([Object, Array, Function].map((one) => one.prototype));

/** What was found in one capture: between captures the program may change prototypes. */
const verdictsOf = new WeakMap<Walker, Map<object, boolean>>();

/** Looking costs an inspector call for each object, so it is spared where no class has private elements. */
function mayHavePrivates(walker: Walker, proto: object): boolean {
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

function ownerOf(walker: Walker, node: HostNode, fn: Callable): Owner | undefined {
  if (types.isProxy(fn) || walker.isInternal(fn)) return undefined;
  const parts = sourceOfFunction(fn, lookAtFunction(fn).location)?.parts;
  if (!parts?.hasInstancePrivates) return undefined;
  const classNode = walker.encode(fn, { from: node.step, text: ".constructor" }) as HostNode;
  const info = classNode.fn?.classInfo;
  if (!info) return undefined;
  info.stamped = true;
  const owner: Owner = {
    classNode,
    isBase: parts.heritage === undefined,
    fields: new Set(parts.privateFields),
    values: [],
  };
  node.data.priv = [...(node.data.priv ?? []), [classNode, owner.values]];
  return owner;
}

/** What the constructor of a package's class did through private methods is done; other methods would miss them. */
function refuseLostMethods(walker: Walker, node: HostNode, fn: Callable): void {
  if (types.isProxy(fn) || walker.known(fn)?.fn?.classInfo) return;
  const parts = sourceOfFunction(fn, lookAtFunction(fn).location)?.parts;
  const name = parts && privateMethodInUse(parts.node, Function.prototype.toString.call(fn));
  if (name !== undefined) refuseUnclaimed(walker, node.step, { name: `#${name}` });
}

function privateMethodInUse(node: SyntaxNode, text: string): string | undefined {
  const elements: SyntaxNode[] = node.body.body;
  const own = elements.filter(
    ({ type, key, static: isStatic }) => type === "MethodDefinition" && key.type === "PrivateIdentifier" && !isStatic,
  );
  const used = own.find((method) =>
    elements.some(
      (other) =>
        other !== method &&
        other.kind !== "constructor" &&
        text.slice(other.start, other.end).includes(`#${method.key.name}`),
    ),
  );
  return used?.key.name;
}

/** Fields are listed base class first, in the order of declaration, so equal names find their classes in order. */
function assignField(walker: Walker, node: HostNode, owners: Owner[], one: PrivateElement): boolean {
  const name = one.name.slice(1);
  const owner = owners.find(({ fields, values }) => fields.has(name) && !values.some(([taken]) => taken === name));
  if (!owner) return false;
  owner.values.push([name, walker.encode(one.value, { from: node.step, text: `.${one.name}` })]);
  return true;
}

function refusePart(walker: Walker, step: Step, fields: Set<string>, values: Loose[]): never {
  const missing = [...fields].find((name) => !values.some(([taken]) => taken === name));
  return walker.refuse(
    { from: step, text: `.#${missing}` },
    {
      reason: "the object was never given this private field of its class, though it has others",
      cure: "Capture objects whose constructors have returned.",
    },
  );
}

function refuseUnclaimed(walker: Walker, step: Step, { name }: { name: string }): never {
  return walker.refuse(
    { from: step, text: `.${name}` },
    {
      reason:
        "it is a private element of a class that cannot be captured, such as one of a package, or that its prototypes do not lead to",
      cure: "Create the object inside the function.",
    },
  );
}
