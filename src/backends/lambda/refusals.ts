/** What Lambda would refuse, or end without a word: told before it is asked. */
import { OptionError } from "../../errors.js";
import type { ShardRequest } from "../../wire/messages.js";
import { WorkerRefusal } from "../backend.js";
import { fittingPayload, type Way } from "./payload.js";

/** Of the function; its memory is undefined where it is not known, MiB. */
export interface KnownFunction {
  functionName: string;
  memoryMb: number | undefined;
}

/** Throws `OptionError` for a request that no worker could take, whichever shard it is of. */
export function checkRequest(request: ShardRequest, known: KnownFunction, way: Way): void {
  const trouble = memoryTrouble(request, known);
  if (trouble) throw new OptionError("memoryMb", trouble);
  try {
    fittingPayload(request, way);
  } catch (error) {
    throw error instanceof WorkerRefusal ? new OptionError("env", error.message) : error;
  }
}

/** Throws `WorkerRefusal`. */
export function checkMemory(request: ShardRequest, known: KnownFunction): void {
  const trouble = memoryTrouble(request, known);
  if (trouble) throw new WorkerRefusal("invoke", trouble, { transient: false });
}

/** Larger heaps than the function has memory would end in a kill without a word. */
function memoryTrouble({ memoryMb = 0 }: ShardRequest, known: KnownFunction): string | undefined {
  if (known.memoryMb === undefined || memoryMb <= known.memoryMb) return undefined;
  return `The job asks for memoryMb: ${memoryMb}, but function ${known.functionName} has ${known.memoryMb} MiB. Lower the option memoryMb of the job, or run \`npx nodewren deploy\` with more memory (lambda.memoryMb).`;
}
