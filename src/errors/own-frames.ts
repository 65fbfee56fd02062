/** Stacks without the library's own frames: what a user can change is in the others. */
import { fileURLToPath } from "node:url";
import { isInstance } from "../util/is-instance.js";
import { OWN_URL } from "../util/own-file.js";

/** Lines of a stack that are frames. */
const FRAMES = /^ {4}at .*$/gm;

/**
 * The folder of the library's code: of its build, bundled or not, or of its sources. Undefined in a program that was bundled with it,
 * where one file holds all.
 */
const FOLDER =
  /^(.*\/dist\/)(?:src|runtime-layer\/local)\/(?:shared-[\w-]+|util\/own-file|errors\/own-frames|process|replay)\.js$/.exec(
    OWN_URL,
  )?.[1] ?? /^(.*\/src\/)util\/own-file\.ts$/.exec(OWN_URL)?.[1];

/** As stacks name it: ES modules by URL, others by path. */
const PLACES = FOLDER === undefined ? [] : [FOLDER, fileURLToPath(FOLDER)];

const NODES = /[( ]node:/;

/** Of the kernel that runs a notebook's cells. */
const KERNELS = /[\\/]node_modules[\\/]tslab[\\/]/;

/** Whether stacks are to be left as they are, to look into the library itself. */
export function showsOwnFrames(): boolean {
  return Boolean(process.env.NODEWREN_FULL_STACKS);
}

/** Frames of the stack that are neither ours, nor Node's, nor a kernel's; "" when there are none. */
export function foreignFrames(stack: unknown): string {
  if (typeof stack !== "string") return "";
  return (stack.match(FRAMES) ?? []).filter((line) => !isHidden(line) && !NODES.test(line)).join("\n");
}

/** Causes whose stacks are looked at: nobody reads more, and an error may be its own. */
const MAX_CAUSES = 100;

/** Takes our frames, and those of a kernel, out of the error's stack, and out of those of its causes, which are left as they are where they cannot be read. */
export function hideOwnFrames(error: Error): void {
  try {
    let one: unknown = error;
    for (let i = 0; i < MAX_CAUSES && isInstance(one, Error); i++) {
      const { stack }: Error = one;
      if (typeof stack === "string" && stack.split("\n").some(isHidden))
        setStack(one, [headOf(stack), foreignFrames(stack)].filter(Boolean).join("\n"));
      one = one.cause;
    }
  } catch {
    // A getter or a proxy of the user's threw.
  }
}

/** Everything before the first frame. */
function headOf(stack: string): string {
  return stack.split(/\n {4}at /, 1)[0] as string;
}

/** An error of the user's may be frozen. */
export function setStack(error: Error, stack: string): void {
  Reflect.set(error, "stack", stack);
}

function isHidden(line: string): boolean {
  return line.startsWith("    at ") && (PLACES.some((place) => line.includes(place)) || KERNELS.test(line));
}
