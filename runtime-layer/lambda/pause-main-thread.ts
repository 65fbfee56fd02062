/** Stops the main thread where it is, from another thread, when only the end of the process is to follow. */

/**
 * A function that goes on to fill memory would have the platform end the process before its watchdog has told why. The
 * debugger's pause comes at the next statement, however busy the thread is. Never rejects: some builds of Node lack it.
 */
export async function pauseMainThread(): Promise<void> {
  try {
    const { Session } = await import("node:inspector");
    const session = new Session();
    session.connectToMainThread();
    session.post("Debugger.enable");
    session.post("Debugger.pause");
  } catch {
    // Then the note may come in time, or not.
  }
}
