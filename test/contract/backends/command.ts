/** The backend `command` with the simplest command there is: workers are on this machine, and know nothing of it. */
import { openCommand } from "../../support/places/open-command.js";
import type { BackendUnderTest } from "../backend-under-test.js";

export const command: BackendUnderTest = {
  name: "command",
  real: "env and Node, on this machine",
  open: () => openCommand(),
};
