/**
 * What a worker puts on built-in objects for all of its calls, and which is no program's patch when one of these is a host itself: every
 * worker has it. It is known by a registered symbol, since a worker and the library there are loaded from two files.
 */
const WORKERS_OWN = Symbol.for("nodewren.workersOwn");

export function markAsWorkersOwn<T extends object>(value: T): T {
  return Object.defineProperty(value, WORKERS_OWN, { value: true });
}

export function isWorkersOwn(value: object): boolean {
  return Object.hasOwn(value, WORKERS_OWN);
}
