import { spawnSync } from "node:child_process";
import process from "node:process";
import { isObject } from "../is-object.js";

/**
 * What data Node's own objects come with: a process of its own tells, as programs change such objects, and other versions of
 * Node have others. It is only asked where code gets at such data that would else count as the program's.
 */
const known = new Map<string, ReadonlyMap<string, string>>();

/** Starting Node takes some 40 ms. */
const ANSWER_MS = 10_000;

/** What changes while a process runs: its command line, connections of agents, modules that are loaded. */
const OF_PROCESS =
  /^process\.argv\.|Agent\.(requests|sockets|freeSockets|totalSocketCount|_sessionCache)$|^node:module\._pathCache\./;

/** Whether a data member of one of Node's own objects, at a place such as `node:http.STATUS_CODES`, is as Node makes it. */
export function isDataOfNode(place: string, key: string, { value }: PropertyDescriptor): boolean {
  if (OF_PROCESS.test(`${place}.${key}`)) return true;
  const found = known.get(place) ?? ask(place);
  known.set(place, found);
  return found.get(key) === textOf(value);
}

/** A value as both processes tell it: of an object, its members, and of those only what they are. */
function textOf(value: unknown, isMember = false): string {
  if (!isObject(value)) return `${typeof value} ${String(value)}`;
  if (typeof value === "function" || isMember) return typeof value;
  const members = Object.entries(Object.getOwnPropertyDescriptors(value));
  return members.map(([key, own]) => `${key}: ${textOf(own.value, true)}`).join();
}

/** The same in the other process, which has nothing of this one's; and what it is asked for. */
const SCRIPT = `const textOf = (value, isMember) => {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") return typeof value + " " + String(value);
  if (typeof value === "function" || isMember) return typeof value;
  const members = Object.entries(Object.getOwnPropertyDescriptors(value));
  return members.map(([key, own]) => key + ": " + textOf(own.value, true)).join();
};
const [root, ...path] = process.argv[1].split(".");
const start = root.startsWith("node:") ? process.getBuiltinModule(root) : globalThis[root];
const members = Object.entries(Object.getOwnPropertyDescriptors(path.reduce((at, key) => at[key], start)));
process.stdout.write(JSON.stringify(members.map(([key, own]) => [key, textOf(own.value)])));`;

/** Nothing is told where no process can be started, or the place is not to be had. */
function ask(place: string): ReadonlyMap<string, string> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  try {
    const { stdout } = spawnSync(process.execPath, ["--no-warnings", "--input-type=commonjs", "-e", SCRIPT, place], {
      env,
      timeout: ANSWER_MS,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return new Map(JSON.parse(stdout.toString()) as [string, string][]);
  } catch {
    return new Map();
  }
}
