import type { Reporter, TestModule } from "vitest/node";

/** Closes a run with one line that counts the tests. */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) for (const test of module.children.allTests()) counts[test.result().state]++;
    const brokenFiles = modules.filter((module) => module.state() === "failed" && module.errors().length > 0).length;
    // The default reporter writes its summary after this hook.
    process.once("exit", () => {
      console.log(`${counts.passed} passed, ${counts.failed + brokenFiles} failed, ${counts.skipped} skipped`);
    });
  }
}
