import type { Reporter, TestCase, TestModule } from "vitest/node";
import { isShort } from "./long.js";

/** Closes a run with the reasons of what was skipped, and one line that counts the tests. */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    const reasons = new Map<string, number>();
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        counts[test.result().state]++;
        const reason = reasonOf(test);
        if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
    }
    const brokenFiles = modules.filter((module) => module.state() === "failed" && module.errors().length > 0).length;
    // The default reporter writes its summary after this hook.
    process.once("exit", () => {
      for (const [reason, times] of reasons) console.log(`skipped ${times}: ${reason}`);
      console.log(`${counts.passed} passed, ${counts.failed + brokenFiles} failed, ${counts.skipped} skipped`);
    });
  }
}

function reasonOf(test: TestCase): string | undefined {
  const result = test.result();
  if (result.state !== "skipped") return undefined;
  if (result.note === undefined && isShort && test.tags.includes("long")) return "npm run test:long runs it";
  return result.note ?? `no reason given for "${suiteOf(test)}"`;
}

function suiteOf({ parent, name }: TestCase): string {
  return parent.type === "suite" ? parent.fullName : name;
}
