import type { Expression, MethodDefinition, PropertyDefinition } from "acorn";
import { type ClassElementNode, type ClassNode, privateName, type SyntaxNode, staticKey } from "./estree.js";

/** One method or accessor of a class's text. */
export interface ClassElement {
  node: MethodDefinition;
  isStatic: boolean;
  /** Property of a descriptor where the function is found. */
  slot: "value" | "get" | "set";
  /** Key, when the text alone tells it. */
  key: string | undefined;
}

/** A class's text, taken apart. */
export interface ClassParts {
  node: ClassNode;
  heritage: Expression | undefined;
  methods: ClassElement[];
  /** Public instance fields whose key is computed: evaluated once, when the class is made. */
  computedFields: PropertyDefinition[];
  /** Static fields and static blocks: their effect is captured, so their code is not. */
  statics: ClassElementNode[];
  /** Instance fields, public and private, that have an initialiser. */
  initialised: (PropertyDefinition & { value: Expression })[];
  constructorMethod: MethodDefinition | undefined;
  /** Names of private fields (not methods) of instances, and of the class itself. */
  privateFields: string[];
  staticPrivateFields: string[];
  /** Names of private methods and accessors of instances, which these get before the fields. */
  privateMethods: string[];
  /** Private methods that code can hand out: not the accessors. */
  hidden: MethodDefinition[];
  /** Whether instances carry private elements of this class: fields, methods or accessors. */
  hasInstancePrivates: boolean;
  /** Nodes that do not travel. */
  left: Set<SyntaxNode>;
}

export function classParts(node: ClassNode): ClassParts {
  const parts: ClassParts = {
    node,
    heritage: node.superClass ?? undefined,
    methods: [],
    computedFields: [],
    statics: [],
    initialised: [],
    constructorMethod: undefined,
    privateFields: [],
    staticPrivateFields: [],
    privateMethods: [],
    hidden: [],
    hasInstancePrivates: false,
    left: new Set(),
  };
  if (parts.heritage) parts.left.add(parts.heritage);
  for (const element of node.body.body) addElement(parts, element);
  return parts;
}

function addElement(parts: ClassParts, element: ClassElementNode): void {
  if (element.type === "StaticBlock") leaveOut(parts, element);
  else if (element.type === "PropertyDefinition") addField(parts, element);
  else addMethod(parts, element);
}

function leaveOut(parts: ClassParts, element: ClassElementNode): void {
  parts.statics.push(element);
  parts.left.add(element);
}

function addField(parts: ClassParts, element: PropertyDefinition): void {
  noteKey(parts, element);
  const name = privateName(element);
  if (name !== undefined) (element.static ? parts.staticPrivateFields : parts.privateFields).push(name);
  if (element.static) leaveOut(parts, element);
  else if (element.computed) parts.computedFields.push(element);
  if (!element.static && hasInitialiser(element)) parts.initialised.push(element);
}

function noteKey(parts: ClassParts, element: PropertyDefinition | MethodDefinition): void {
  if (element.computed) parts.left.add(element.key);
  if (privateName(element) !== undefined && !element.static) parts.hasInstancePrivates = true;
}

function hasInitialiser(element: PropertyDefinition): element is PropertyDefinition & { value: Expression } {
  return Boolean(element.value);
}

function addMethod(parts: ClassParts, element: MethodDefinition): void {
  noteKey(parts, element);
  const name = privateName(element);
  if (element.kind === "constructor") parts.constructorMethod = element;
  else if (name === undefined) parts.methods.push(methodOf(element));
  else {
    if (!element.static) parts.privateMethods.push(name);
    if (element.kind === "method") parts.hidden.push(element);
  }
}

function methodOf(node: MethodDefinition): ClassElement {
  const slot = node.kind === "get" || node.kind === "set" ? node.kind : "value";
  return { node, isStatic: node.static, slot, key: node.computed ? undefined : staticKey(node.key, false) };
}
