import channels from "node:diagnostics_channel";
import { debuglog, types } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import { type HostNode, isNode } from "../../graph/node.js";
import type { Step } from "../../graph/path.js";
import type { Refusal } from "../../graph/refusal.js";
import { isInternal } from "../../identity/builtins.js";
import { ownNameOf } from "../../inspect/function-excerpt.js";
import type { Callable } from "../../types.js";

/**
 * What Node gives for a name: a worker asks its own Node for it. Packages keep such channels and logs in their variables,
 * for those who want to watch them.
 */
export function meetNamed(walker: WalkContext, value: object, step: Step): HostNode | undefined {
  const found = namedBy(walker, value, step);
  if (!found) return undefined;
  const [maker, name] = [walker.encode(found.maker, step), walker.encode(found.name, step)];
  const node = walker.addNode(value, step, { kind: "called", maker, arguments: [name] });
  node.needs.push(...[maker, name].filter(isNode));
  return node;
}

interface Named {
  maker: Callable;
  name: string | symbol;
}

function namedBy(walker: WalkContext, value: object, step: Step): Named | undefined {
  if (typeof value === "function") return logOf(walker, value);
  const found = channelOf(value) ?? tracingOf(value);
  if (found?.isHeard) walker.refuse(step, heard);
  return found;
}

const heard: Refusal = {
  reason: "it is a channel of node:diagnostics_channel to which this program subscribes, and a worker does not",
  hint: "Subscribe to it inside the function, or after the capture.",
};

/** The class says of itself which objects are channels; it makes them another prototype when someone subscribes. */
function channelOf(value: object): (Named & { isHeard: boolean }) | undefined {
  if (!(value instanceof channels.Channel)) return undefined;
  const { name } = value;
  return channels.channel(name) === value
    ? { maker: channels.channel, name, isHeard: channels.hasSubscribers(name) }
    : undefined;
}

const KINDS = ["start", "end", "asyncStart", "asyncEnd", "error"];

/** Five channels with names of one pattern. */
function tracingOf(value: object): (Named & { isHeard: boolean }) | undefined {
  if (Object.getPrototypeOf(value) !== Object.getPrototypeOf(anyTracing())) return undefined;
  const parts = KINDS.map((kind) => channelAt(value, kind));
  const name = /^tracing:(.*):start$/s.exec(String(parts[0]?.name))?.[1];
  const isWhole = name !== undefined && parts.every((part, at) => part?.name === `tracing:${name}:${KINDS[at]}`);
  return isWhole ? { maker: channels.tracingChannel, name, isHeard: parts.some((part) => part?.isHeard) } : undefined;
}

function channelAt(value: object, kind: string): ReturnType<typeof channelOf> {
  const part = Object.getOwnPropertyDescriptor(value, kind)?.value;
  return typeof part === "object" && part !== null && !types.isProxy(part) ? channelOf(part) : undefined;
}

function anyTracing(): object {
  return channels.tracingChannel("nodewren");
}

/** The function that `util.debuglog` gives, which keeps the name of its section to itself. */
function logOf(walker: WalkContext, fn: object): Named | undefined {
  if (ownNameOf(fn as Callable) !== "logger" || !Object.hasOwn(fn, "enabled") || !isInternal(fn as Callable))
    return undefined;
  const section = walker.session.look(fn as Callable).scopes.find(({ values }) => typeof values.set === "string");
  return section && { maker: debuglog, name: section.values.set as string };
}
