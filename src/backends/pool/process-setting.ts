import { callPlace } from "../../wire/call-place.js";
import type { ProcessSetting } from "../../wire/messages.js";
import type { WorkerSetting } from "../backend.js";

/** What of a process's setting does not depend on where it is started. */
export function settingForWorker({ memoryMb }: WorkerSetting): Pick<ProcessSetting, "depth" | "argv" | "memoryMb"> {
  return {
    depth: (callPlace()?.depth ?? 0) + 1,
    argv: process.argv,
    ...(memoryMb !== undefined && { memoryMb }),
  };
}
