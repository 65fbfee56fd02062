import { types } from "node:util";
import { builtinOf, isInternal } from "../identity/builtins.js";
import { functionText } from "../inspect/function-text.js";
import { type ScopeView, UNINITIALISED } from "../inspect/look.js";
import { scriptOf } from "../inspect/scripts.js";
import type { Callable } from "../types.js";
import { accessorsOf, bytesOf, membersOfProxy, PrivateFields } from "./hidden-members.js";
import {
  ACCESSOR,
  STATE_LIMITS,
  type StateGraph,
  type StateLimits,
  type StateNode,
  type Surroundings,
  type Token,
} from "./state-node.js";
import { digestOf, kindOf, nameOfKey, primitive, readOwn } from "./state-words.js";

const MEMBERS_READ = 5_000;
/** What the engine changes by itself, or writes when it is read. */
const LEFT_OUT = new Set<PropertyKey>(["length", "name", "arguments", "caller", "stack", "lastIndex"]);

interface WeakMapNode {
  value: WeakMap<WeakKey, unknown>;
  node: StateNode;
}

/** Where a scope was met. */
interface ScopePlace {
  /** Its file and depth. */
  place: string;
  file: string;
  /** The function that it was met at, if the scope is not the file's own. */
  node: StateNode | undefined;
}

interface Pending {
  value: object;
  node: StateNode;
}

/** Reads what the given roots lead to; where `surroundings` are given, also the package's variables. */
export function stateGraph(
  roots: Iterable<[label: string, value: unknown]>,
  surroundings?: Surroundings,
  limits = STATE_LIMITS,
): StateGraph {
  const reader = new GraphReader(surroundings, limits);
  for (const [label, value] of roots) reader.graph.roots.push([label, reader.token(value)]);
  reader.readAll();
  return reader.graph;
}

class GraphReader {
  readonly graph: StateGraph = { roots: [], nodes: [] };
  private readonly ids = new Map<unknown, number>();
  private readonly pending: Pending[] = [];
  private readonly scopesSeen = new Set<string>();
  private readonly privates = new PrivateFields();
  private readonly weakMaps: WeakMapNode[] = [];
  private looks = 0;
  /** How many of the pending ones were read. */
  private done = 0;

  constructor(
    private readonly surroundings: Surroundings | undefined,
    private readonly limits: StateLimits,
  ) {}

  readAll(): void {
    this.readPending();
    for (const [at, one] of this.weakMaps.entries()) this.readWeakMap(one, ` (in WeakMap ${at + 1})`);
    this.readPending();
  }

  /** The list grows while it is read, nearest first. */
  private readPending(): void {
    for (let next = this.pending[this.done]; next; next = this.pending[this.done]) {
      this.done++;
      this.read(next.value, next.node);
    }
  }

  token(value: unknown): Token {
    if (value === UNINITIALISED) return "uninitialised";
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return primitive(value);
    const known = this.ids.get(value);
    if (known !== undefined) return known;
    const shared = isCode(value) ? undefined : builtinOf(value);
    if (shared) return `built-in ${shared.root}${shared.path.join("")}`;
    if (typeof value === "function" && !types.isProxy(value) && isEngines(value as Callable)) return "native function";
    if (this.graph.nodes.length >= this.limits.nodes) return "beyond";
    return this.enter(value);
  }

  private enter(value: object): number {
    const node: StateNode = { is: `${kindOf(value)}${isOpen(value) ? "" : CLOSED}`, members: [] };
    const id = this.graph.nodes.push(node) - 1;
    this.ids.set(value, id);
    this.pending.push({ value, node });
    return id;
  }

  private read(value: object, node: StateNode): void {
    if (types.isProxy(value)) {
      this.addAll(node, membersOfProxy(value));
      return;
    }
    this.readEntries(value, node);
    this.readMembers(value, node);
    if (this.surroundings) this.addAll(node, this.privates.of(value));
    if (typeof value === "function") this.readFunction(value, node);
    const proto = Object.getPrototypeOf(value);
    if (proto !== null && !types.isModuleNamespaceObject(value)) this.add(node, "__proto__", proto);
  }

  private add(node: StateNode, key: string, value: unknown): void {
    node.members.push([key, this.token(value)]);
  }

  private addAll(node: StateNode, members: readonly [key: string, value: unknown][]): void {
    for (const [key, value] of members) this.add(node, key, value);
  }

  /** Its entries cannot be listed, but be asked for: those of what was read are told at their keys, as these have names. */
  private readWeakMap({ value, node }: WeakMapNode, name: string): void {
    const known = [...this.ids].filter(([key]) => WeakMap.prototype.has.call(value, key as WeakKey));
    node.members.push([" entries of what else is read", String(known.length)]);
    for (const [key, id] of known) {
      const held = this.token(WeakMap.prototype.get.call(value, key as WeakKey));
      this.graph.nodes[id]?.members.push([name, held]);
    }
  }

  private readEntries(value: object, node: StateNode): void {
    if (types.isMap(value)) {
      let at = 0;
      for (const [key, held] of Map.prototype.entries.call(value)) {
        const name = typeof key === "string" ? `.get(${JSON.stringify(key)})` : `.entries()[${at}]`;
        if (typeof key !== "string") this.add(node, `.keys()[${at}]`, key);
        this.add(node, name, held);
        at++;
      }
    } else if (types.isSet(value)) {
      let at = 0;
      for (const held of Set.prototype.values.call(value)) this.add(node, `.values()[${at++}]`, held);
    } else if (types.isWeakMap(value)) this.weakMaps.push({ value, node });
    else if (types.isDate(value)) this.add(node, ".getTime()", Date.prototype.getTime.call(value));
  }

  private readMembers(value: object, node: StateNode): void {
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) {
      this.addAll(node, bytesOf(value));
      return;
    }
    const keys = Reflect.ownKeys(value);
    if (keys.length > MEMBERS_READ) node.isCut = true;
    for (const key of keys.slice(0, MEMBERS_READ)) {
      if (LEFT_OUT.has(key) && (typeof value === "function" || key !== "name")) continue;
      const own = readOwn(value, key);
      if (!own) continue;
      const name = nameOfKey(key);
      if ("value" in own) this.add(node, name, own.value);
      else {
        node.members.push([name, ACCESSOR]);
        this.addAll(node, accessorsOf(name, own));
      }
    }
  }

  /** A bound function leads to what it is bound to; others to the variables around them, once for each scope of a script. */
  private readFunction(fn: Callable, node: StateNode): void {
    if (!this.surroundings || this.looks >= this.limits.looks) return;
    this.looks++;
    const { bound, location, scopes } = this.surroundings.look(fn);
    if (bound) {
      this.add(node, " (bound function)", bound.target);
      this.add(node, " (bound this)", bound.self);
      return;
    }
    const script = location && scriptOf(location.scriptId);
    const file = script && fileWithin(script.url, this.surroundings.folder);
    if (file === undefined) return;
    const own = scopes.filter(({ description }) => !/^(Global|Script|With)/.test(description)).reverse();
    for (const { values } of own) this.looks += Math.floor(Object.keys(values).length / VARIABLES_OF_A_LOOK);
    for (const [depth, scope] of own.entries())
      this.readScope(scope, { place: `${file} ${depth}`, file, node: depth === 0 ? undefined : node });
  }

  private readScope({ description, values }: ScopeView, { place, file, node }: ScopePlace): void {
    const names = Object.keys(values).filter((name) => !OF_MODULES.has(name));
    // Of a scope with more than 75 (V8: kScopeInfoMaxInlinedLocalNamesSize), the engine lists them in an order that is another in each process.
    // A module may have tens of thousands, whose names would be told with each of them.
    const seen = `${place} ${description} ${names.join()}`;
    const isSeen = this.scopesSeen.has(seen);
    if (isSeen && (!node || names.length > MOST_OF_CLOSURE)) return;
    const variables = names.map((name): [string, Token] => [name, this.token(values[name])]);
    // A factory's closures have each variables of their own: these are told at the function, too.
    if (node && variables.length <= MOST_OF_CLOSURE)
      for (const [name, token] of variables) node.members.push([` (${name})`, token]);
    if (isSeen) return;
    this.scopesSeen.add(seen);
    const scope = `${place} ${description} ${digestOf(names.toSorted().join())}`;
    for (const [name, token] of variables) this.graph.roots.push([`${name} in ${file}`, token, scope]);
  }
}

/** A bundle's scope may have tens of thousands of variables, and the engine lists all of them for each function that is looked at. */
const VARIABLES_OF_A_LOOK = 1000;

/** Scopes with more variables are those of files and bundles, of which there is one activation. */
const MOST_OF_CLOSURE = 16;

/** What Node gives every CommonJS module, and some take away when they have been loaded. */
const OF_MODULES = new Set(["module", "exports", "require", "__filename", "__dirname"]);

/** Follows the kind of an object that gets no further members. */
const CLOSED = ", closed";

/** What has a text to compare: to ask the engine whose each is takes a millisecond in a large bundle. */
function isCode(value: object): boolean {
  return (
    types.isProxy(value) || (typeof value === "function" && !functionText(value as Callable).endsWith(NATIVE_CODE))
  );
}

const NATIVE_CODE = "{ [native code] }";

function isOpen(value: object): boolean {
  return types.isProxy(value) || types.isModuleNamespaceObject(value) || Object.isExtensible(value);
}

function fileWithin(url: string, folder: string): string | undefined {
  const at = decodeURI(url)
    .replaceAll("\\", "/")
    .lastIndexOf(`${folder.replaceAll("\\", "/")}/`);
  return at < 0 ? undefined : decodeURI(url).slice(at + folder.length + 1);
}

function isEngines(fn: Callable): boolean {
  return functionText(fn).endsWith(NATIVE_CODE) && isInternal(fn);
}
