/** Processes that lead a group of their own: what they start ends with them, unless it leads another. */

/** Whether the system has them. */
export const HAS_GROUPS = process.platform !== "win32";

/** Taken at load: the user's function may replace it. */
const kill = process.kill.bind(process);

/** Ends the group that the process leads or, as far as one can, has led. Never throws. */
export function endGroup(leader: number | undefined): void {
  if (leader === undefined || !HAS_GROUPS) return;
  try {
    kill(-leader, "SIGKILL");
  } catch {
    // Nobody is left in it, or it leads none.
  }
}
