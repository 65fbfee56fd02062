import { types } from "node:util";
import type { FunctionInfo } from "../../graph/node.js";
import { addBuiltin } from "../../identity/builtins.js";
import { changeOf, isGlobalObject } from "../../identity/changed-builtins.js";
import { isStandardGlobal } from "../../identity/globals.js";
import { globalOf } from "../../identity/realms.js";
import { isObject } from "../../is-object.js";
import { ownProperty } from "../../own-property.js";

/** What a free name of a function's code stands for: a captured variable, or a global that every worker has. */
export function valueOfName({ references, look }: FunctionInfo, name: string): unknown {
  const found = references.find((one) => one.name === name);
  if (found) return found.value;
  return isStandardGlobal(name) ? valueOfMember(globalOf(look.scopes), name) : undefined;
}

/** An own data property; no trap runs. Node's getters of the global object are asked, too: the code names what they give. */
export function valueOfMember(from: object, key: string): unknown {
  if (types.isProxy(from)) return undefined;
  const own = ownProperty(from, key);
  if (!own?.get || !isGlobalObject(from)) return own?.value;
  if (changeOf(from, key)) return undefined;
  const value = Reflect.get(from, key);
  if (isObject(value)) addBuiltin(value, { root: key, path: [] }, 1);
  return value;
}
