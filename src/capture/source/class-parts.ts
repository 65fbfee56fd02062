import type { SyntaxNode } from "./estree.js";

/** One method or accessor of a class's text. */
export interface ClassElement {
  node: SyntaxNode;
  isStatic: boolean;
  /** Property of a descriptor where the function is found. */
  slot: "value" | "get" | "set";
  /** Key, when the text alone tells it. */
  key: string | undefined;
}

/** A class's text, taken apart. */
export interface ClassParts {
  node: SyntaxNode;
  heritage: SyntaxNode | undefined;
  methods: ClassElement[];
  /** Public instance fields whose key is computed: evaluated once, when the class is made. */
  computedFields: SyntaxNode[];
  /** Static fields and static blocks: their effect is captured, so their code is not. */
  statics: SyntaxNode[];
  /** Instance fields, public and private, that have an initialiser. */
  initialised: SyntaxNode[];
  constructorMethod: SyntaxNode | undefined;
  /** Names of private fields (not methods) of instances, and of the class itself. */
  privateFields: string[];
  staticPrivateFields: string[];
  /** Names of private methods and accessors of instances, which these get before the fields. */
  privateMethods: string[];
  /** Whether instances carry private elements of this class: fields, methods or accessors. */
  hasInstancePrivates: boolean;
  /** Nodes that do not travel. */
  left: Set<SyntaxNode>;
}

export function classParts(node: SyntaxNode): ClassParts {
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
    hasInstancePrivates: false,
    left: new Set(),
  };
  if (parts.heritage) parts.left.add(parts.heritage);
  for (const element of node.body.body) addElement(parts, element);
  return parts;
}

function addElement(parts: ClassParts, element: SyntaxNode): void {
  const isPrivate = element.key?.type === "PrivateIdentifier";
  if (isPrivate && !element.static) parts.hasInstancePrivates = true;
  if (element.computed) parts.left.add(element.key);
  if (element.type === "StaticBlock") leaveOut(parts, element);
  else if (element.type === "PropertyDefinition") addField(parts, element, isPrivate);
  else if (element.kind === "constructor") parts.constructorMethod = element;
  else if (!isPrivate) parts.methods.push(methodOf(element));
  else if (!element.static) parts.privateMethods.push(element.key.name);
}

function leaveOut(parts: ClassParts, element: SyntaxNode): void {
  parts.statics.push(element);
  parts.left.add(element);
}

function addField(parts: ClassParts, element: SyntaxNode, isPrivate: boolean): void {
  if (element.static) {
    if (isPrivate) parts.staticPrivateFields.push(element.key.name);
    leaveOut(parts, element);
    return;
  }
  if (isPrivate) parts.privateFields.push(element.key.name);
  if (element.computed) parts.computedFields.push(element);
  if (element.value) parts.initialised.push(element);
}

function methodOf(node: SyntaxNode): ClassElement {
  const key = node.computed ? undefined : String(node.key.name ?? node.key.value);
  const slot = node.kind === "get" || node.kind === "set" ? node.kind : "value";
  return { node, isStatic: node.static, slot, key };
}
