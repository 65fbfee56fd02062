import { types } from "node:util";
import type * as acorn from "acorn";
import type { WalkContext } from "../../graph/context.js";
import type { FunctionInfo, HostNode } from "../../graph/node.js";
import { declaredAs } from "../../graph/variable.js";
import { isObject } from "../../is-object.js";
import type { ClassParts } from "../../source/class-parts.js";
import { isIdentifier, literalOf, type SyntaxNode } from "../../source/estree.js";
import { rememberImport } from "../functions/bindings.js";

/**
 * Keys of fields are evaluated once, when the class is made, and the engine shows them to nobody: what the text leads to
 * now is the key if nothing can have changed it since, or if a captured instance has a property of that key.
 */
export function addKeysOfFields(walker: WalkContext, node: HostNode, parts: ClassParts): void {
  for (const field of parts.computedFields) {
    const key = keyOf(walker, node, field.key);
    if (key === undefined) walker.refuse({ from: node.step, text: " (computed field)" }, unknownKey);
    node.fn?.classInfo?.keys.set(field.key.start, walker.encode(key, node.step));
  }
}

const unknownKey = {
  reason: "the key of a computed field cannot be read",
  hint: "Define the field in the constructor, or give it a fixed name.",
};

interface Found {
  value: unknown;
  /** Whether it is what it was when the class was made. */
  isConstant: boolean;
}

function keyOf(walker: WalkContext, node: HostNode, expression: SyntaxNode): PropertyKey | undefined {
  const info = node.fn as FunctionInfo;
  const found = givenBy(walker, info, expression) ?? symbolOfInstance(walker, node, expression);
  if (!found) return undefined;
  const key = typeof found.value === "symbol" ? found.value : primitiveKey(found.value);
  return key !== undefined && (found.isConstant || isOnInstance(walker, node, key)) ? key : undefined;
}

function primitiveKey(value: unknown): string | undefined {
  return isObject(value) || value === undefined ? undefined : String(value);
}

/** What an expression of constants gives; undefined for others, and for variables that are not to be seen. */
function givenBy(walker: WalkContext, info: FunctionInfo, one: SyntaxNode): Found | undefined {
  if (one.type === "Literal") return { value: one.value, isConstant: true };
  if (one.type === "TemplateLiteral") return valueOfTemplate(walker, info, one);
  if (one.type === "BinaryExpression" && one.operator === "+")
    return joined(
      [one.left, one.right].map((part) => givenBy(walker, info, part)),
      ([a, b]) => (a as string) + (b as string),
    );
  if (one.type === "Identifier") return valueOfVariable(walker, info, one.name);
  if (one.type === "CallExpression") return registeredSymbol(walker, info, one);
  return one.type === "MemberExpression" ? valueOfMember(walker, info, one) : undefined;
}

function valueOfTemplate(walker: WalkContext, info: FunctionInfo, one: acorn.TemplateLiteral): Found | undefined {
  const parts = one.expressions.map((part) => givenBy(walker, info, part));
  const [first = "", ...rest] = one.quasis.map(({ value }) => value.cooked ?? "");
  return joined(parts, (values) => values.reduce<string>((text, value, at) => `${text}${value}${rest[at]}`, first));
}

/** What parts that are no objects give together: those would be asked for their text. */
function joined(parts: readonly (Found | undefined)[], join: (values: unknown[]) => unknown): Found | undefined {
  const known = parts.filter((part): part is Found => part !== undefined && !isObject(part.value));
  if (known.length < parts.length || known.some(({ value }) => typeof value === "symbol")) return undefined;
  return { value: join(known.map(({ value }) => value)), isConstant: known.every((part) => part.isConstant) };
}

function valueOfVariable(walker: WalkContext, info: FunctionInfo, name: string): Found | undefined {
  const declared = declaredAs(info, name);
  const isConstant = declared?.kind === "const" || declared?.kind === "import";
  const scope = declared && info.look.scopes.find(({ values }) => Object.hasOwn(values, name));
  if (!scope) return isConstant && declared.init ? givenBy(walker, info, declared.init) : undefined;
  const value = scope.values[name];
  if (declared.kind === "import") rememberImport(walker, info, { name, value });
  return { value, isConstant };
}

/** `Symbol.for("…")`, whose result stands in a registry. */
function registeredSymbol(
  walker: WalkContext,
  info: FunctionInfo,
  { callee, arguments: [given, ...more] }: acorn.CallExpression,
): Found | undefined {
  if (callee.type !== "MemberExpression" || !isOfSymbol(info, callee)) return undefined;
  if (!isIdentifier(callee.property, "for") || !given || more.length > 0) return undefined;
  const name = givenBy(walker, info, given);
  return typeof name?.value === "string" ? { ...name, value: Symbol.for(name.value) } : undefined;
}

function valueOfMember(walker: WalkContext, info: FunctionInfo, one: acorn.MemberExpression): Found | undefined {
  const { property } = one;
  const named = property.type === "Identifier" ? property.name : undefined;
  const name = one.computed ? givenBy(walker, info, property)?.value : named;
  if (typeof name !== "string") return undefined;
  if (isOfSymbol(info, one)) return { value: Reflect.get(Symbol, name), isConstant: true };
  const holder = givenBy(walker, info, one.object);
  if (!isObject(holder?.value) || types.isProxy(holder.value)) return undefined;
  const own = Object.getOwnPropertyDescriptor(holder.value, name);
  if (!own || !Object.hasOwn(own, "value")) return undefined;
  const isFixed = types.isModuleNamespaceObject(holder.value) || (!own.writable && !own.configurable);
  return { value: own.value, isConstant: holder.isConstant && isFixed };
}

function isOfSymbol(info: FunctionInfo, { computed, object }: acorn.MemberExpression): boolean {
  return !computed && isIdentifier(object, "Symbol") && !declaredAs(info, "Symbol");
}

/** A variable that no function uses is not to be seen, but the one symbol of an instance that has its description is. */
function symbolOfInstance(walker: WalkContext, node: HostNode, key: SyntaxNode): Found | undefined {
  const init = key.type === "Identifier" ? declaredAs(node.fn as FunctionInfo, key.name)?.init : undefined;
  if (init?.type !== "CallExpression" || !isIdentifier(init.callee, "Symbol")) return undefined;
  const description = literalOf(init.arguments[0]);
  const symbols = instancesOf(walker, node).flatMap((one) => Object.getOwnPropertySymbols(one));
  const found = new Set(symbols.filter((symbol) => symbol.description === description));
  const [value] = found;
  return found.size === 1 ? { value, isConstant: true } : undefined;
}

function isOnInstance(walker: WalkContext, node: HostNode, key: PropertyKey): boolean {
  return instancesOf(walker, node).some((one) => Object.hasOwn(one, key));
}

function instancesOf({ nodes }: WalkContext, { fn }: HostNode): object[] {
  const prototype = fn?.fn.prototype as object;
  return nodes.map((one) => one.value).filter((one) => inherits(one, prototype));
}

/** No trap of a proxy among the prototypes is asked. */
function inherits(value: unknown, prototype: object): value is object {
  if (!isObject(value) || types.isProxy(value)) return false;
  let at = Object.getPrototypeOf(value);
  while (at && at !== prototype && !types.isProxy(at)) at = Object.getPrototypeOf(at);
  return at === prototype;
}
