// A stand-in for Fission's environment for Node.js, as its contract is documented: /v2/specialize loads the function, which answers
// every other path. The port is its argument.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";

const MAX_BODY_BYTES = 1024 * 1024;
const state = { call: undefined };

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks);
  const { status, body = "", headers = {} } = await answer(request, text);
  response.writeHead(status, headers);
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}).listen(Number(process.argv[2]), "127.0.0.1");

async function answer(request, text) {
  if (text.byteLength > MAX_BODY_BYTES) return { status: 413 };
  const body = text.byteLength === 0 ? {} : JSON.parse(text.toString());
  if (request.url === "/v2/specialize") return specialize(body);
  if (!state.call) return { status: 500, body: "Generic container: no requests supported" };
  try {
    return await state.call({ request: Object.assign(request, { body }) });
  } catch {
    return { status: 500 };
  }
}

function specialize({ filepath, functionName }) {
  if (state.call) return { status: 400, body: "Not a generic container" };
  const [file, name] = functionName.split(".");
  const module = createRequire(import.meta.url)(join(filepath, file));
  state.call = name ? module[name] : module;
  return { status: 202 };
}
