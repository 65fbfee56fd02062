// Run shell commands
//
// `sh()` runs commands on workers: a string by the shell, an array without one. An exit code is a result, unless `check: true` makes it an
// error.
import { type Command, Executor } from "nodewren";

await using executor = new Executor({ workers: 2 });
const commands: Command[] = ["echo one two | wc -w", ["node", "-p", "6 * 7"], "exit 3"];
for await (const { exitCode, stdout } of executor.sh(commands)) console.log(exitCode, JSON.stringify(stdout.trim()));

// Prints:
// 0 "2"
// 0 "42"
// 3 ""
