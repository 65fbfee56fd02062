import type { ShardRequest } from "../wire/messages.js";

/** Sets the variables and returns the way back. */
export function applyEnv(env: ShardRequest["env"]): () => void {
  const wanted = Object.entries(env ?? {});
  const before = wanted.map(([name]) => [name, process.env[name] ?? null] as const);
  setVariables(wanted);
  return () => setVariables(before);
}

function setVariables(entries: readonly (readonly [name: string, value: string | null])[]): void {
  for (const [name, value] of entries) {
    if (value === null) delete process.env[name];
    else process.env[name] = value;
  }
}
