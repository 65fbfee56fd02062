/** Why a host runs no workers. */
import { type Greeting, OLDEST_NODE } from "../../wire/agent.js";

/** Exit codes of shells for a command that is not there, and for one that cannot be run. */
const NO_COMMAND = [126, 127];

export class HostFailure extends Error {
  /** Whether it stays so, however often it is tried. */
  readonly isFinal: boolean;

  /** @param given.code the command's exit code; @param given.said what the host printed */
  constructor(why: string, given: { isFinal?: boolean; code?: number | undefined; said?: string } = {}) {
    const { isFinal = false, code, said = "" } = given;
    const isMissing = NO_COMMAND.includes(code ?? 0);
    const hint = isMissing
      ? `. Install Node ${OLDEST_NODE.major}.${OLDEST_NODE.minor} or later there, or give its path with the option node`
      : "";
    super(`${why.replace(/\.$/, "")}${said === "" ? "" : ` (it said: ${said})`}${hint}`);
    this.isFinal = isFinal || isMissing;
  }

  static of(error: Error): HostFailure {
    return error instanceof HostFailure ? error : new HostFailure(error.message);
  }
}

/** Undefined when that Node will do. */
export function tooOld({ node, platform, arch }: Greeting): HostFailure | undefined {
  const [major = 0, minor = 0] = node.replace(/^v/, "").split(".").map(Number);
  if (major > OLDEST_NODE.major || (major === OLDEST_NODE.major && minor >= OLDEST_NODE.minor)) return undefined;
  const wanted = `${OLDEST_NODE.major}.${OLDEST_NODE.minor} or later`;
  const why = `its Node is ${node} (${platform}-${arch}), which is too old. Install ${wanted} there, or give the path of one with the option node`;
  return new HostFailure(why, { isFinal: true });
}
