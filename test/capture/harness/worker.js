/** `node worker.js <records> <module of rebuild> <file to write>`: a fresh process that runs each payload, most of them twice. */
import { readFileSync, writeFileSync } from "node:fs";
import { deserialize, serialize } from "node:v8";
import { outcomeOf } from "./outcome.js";
import { tellCase } from "./tell-case.js";

const [, , records, rebuildUrl, out] = process.argv;
process.on("unhandledRejection", () => {});
const { load } = await import(rebuildUrl);

async function run({ bytes, call }) {
  let payload;
  try {
    payload = await load(bytes);
  } catch (error) {
    return { broken: `load: ${error?.stack}` };
  }
  const runs = [];
  for (let i = 0; i < (call.instances ?? 2); i++) {
    let fn;
    try {
      ({ fn } = payload.instantiate());
    } catch (error) {
      return { broken: `instantiate: ${error?.stack}` };
    }
    runs.push(await outcomeOf(fn, call));
  }
  return { runs };
}

const answers = {};
for (const record of deserialize(readFileSync(records))) {
  if (!record.bytes) continue;
  tellCase(record.id);
  answers[record.id] = await run(record);
}
writeFileSync(out, serialize(answers));
process.exit(0);
