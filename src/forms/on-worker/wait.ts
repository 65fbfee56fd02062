import { setTimeout as pause } from "node:timers/promises";

/** A call that does nothing but hold its worker. */
export function waiter(ms: number): () => Promise<void> {
  return () => pause(ms);
}
