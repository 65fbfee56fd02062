import type { FunctionInfo } from "../../graph/node.js";
import { whilePaused } from "../../scopes/pause-at-entry.js";
import type { CaptureSession } from "../../session.js";
import type { ClassParts } from "../../source/class-parts.js";
import type { Callable } from "../../types.js";

/** Tells of any object, without running code, whether it has one private element of one class. */
export type Brand = { name: string; isOn(object: object): boolean };

const known = new WeakMap<Callable, Brand[]>();

/**
 * The private elements of a class's instances, in the order in which these get them; undefined where the class cannot be
 * asked. Only code inside of a class can ask: in a method that is paused.
 */
export function brandsOf(session: CaptureSession, info: FunctionInfo): Brand[] | undefined {
  const brands = known.get(info.fn) ?? ask(session, info);
  if (brands) known.set(info.fn, brands);
  return brands;
}

function ask(session: CaptureSession, info: FunctionInfo): Brand[] | undefined {
  const { privateMethods, privateFields } = info.source.parts as ClassParts;
  const names = [...new Set([...privateMethods, ...privateFields])];
  return whilePaused(session, info, (pause) => {
    const tests = pause.read(`[${names.map((name) => `one => #${name} in one`)}]`).value as Brand["isOn"][] | undefined;
    // Compiled here and now, where their names are known.
    tests?.forEach((test) => void test({}));
    return tests?.map((isOn, index) => ({ name: `#${names[index]}`, isOn }));
  });
}
