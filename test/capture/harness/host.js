/** `node host.js <module of cases> <module of capture> <file to write>`: one environment's host process. */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { serialize } from "node:v8";
import { captureCases } from "./capture-cases.js";

const [, , casesUrl, captureUrl, out] = process.argv;
process.on("unhandledRejection", () => {}); // cases hold promises that nobody awaits
const { capture } = await import(captureUrl);
const load = process.env.HOST_REQUIRES ? createRequire(import.meta.url) : (url) => import(url);
const { cases } = await load(process.env.HOST_REQUIRES ? new URL(casesUrl).pathname : casesUrl);
writeFileSync(out, serialize(await captureCases(await cases, capture)));
process.exit(0); // sockets and timers of cases that must be refused
