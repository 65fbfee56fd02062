/** How much resident memory a worker's process may take before its watchdog ends it. */

/** Node itself needs about this much besides the user's heap and buffers, MiB. */
const NODE_OVERHEAD_MB = 96;

const MIB = 2 ** 20;

/** Bytes for a user's limit in MiB; undefined: none. */
export function userLimit(memoryMb: number | undefined): number | undefined {
  return memoryMb === undefined ? undefined : (memoryMb + NODE_OVERHEAD_MB) * MIB;
}

/** What else runs beside the worker's process on Lambda, above all the platform's own part, MiB. */
const BESIDE_MB = 4;

/**
 * Share of a function's memory that it may fill between two looks of its watchdog: a virtual CPU comes with each
 * 1,769 MiB (AWS documentation, "Configure Lambda function memory"), and fills less than 2.5 GiB a second with fresh pages.
 */
const GROWTH_SHARE = 1 / 32;

/** Memory that leaving a note in the store takes the watchdog, whose thread loads the store's client for it, MiB. */
const NOTE_MB = 32;

/** At most this share of a function is kept for it: of a small one, the worker alone takes most. */
const NOTE_SHARE = 1 / 16;

/** Bytes for a function of this size in MiB: just so many below it that the watchdog comes before the platform. */
export function functionLimit(functionMb: number, leavesNote: boolean): number {
  const noteMb = leavesNote ? Math.min(NOTE_MB, functionMb * NOTE_SHARE) : 0;
  return (functionMb * (1 - GROWTH_SHARE) - BESIDE_MB - noteMb) * MIB;
}
