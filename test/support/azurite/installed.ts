/** Where azurite is, Microsoft's own emulator of Azure Storage. Its four hundred packages are installed beside, by `npm run test:azurite`. */
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The last release that runs on Node 20. */
export const AZURITE = "azurite@3.35.0";

export const AZURITE_FOLDER = process.env["AZURITE_FOLDER"] || join(tmpdir(), `nodewren-${AZURITE.replace("@", "-")}`);

/** Program of its blob service. */
export const AZURITE_BLOB = join(AZURITE_FOLDER, "node_modules/azurite/dist/src/blob/main.js");

/** Why it is not here; undefined when it is. */
export const noAzurite = existsSync(AZURITE_BLOB)
  ? undefined
  : `no azurite in ${AZURITE_FOLDER} (npm run test:azurite installs it)`;
