/** Calls wait until the test lets them go on: however busy the machine is, what it does meanwhile is done before they end. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newFolder } from "./folders.js";

export interface Gate {
  /** For calls: resolves with the value once the gate is open. */
  passed<T>(value: T): Promise<T>;
  open(): void;
}

export function newGate(): Gate {
  const path = join(newFolder(), "open");
  return {
    async passed(value) {
      while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 5));
      return value;
    },
    open: () => writeFileSync(path, ""),
  };
}
