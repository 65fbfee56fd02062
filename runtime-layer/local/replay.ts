/** Entry for a process that runs one stored call itself. */
export { type Replayed, replay } from "../../src/worker/replay.js";
