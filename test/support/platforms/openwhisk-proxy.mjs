// A stand-in for OpenWhisk's action proxy for Node.js, as its contract is documented: /init loads the action, /run calls it. The port
// is its argument.
import { createServer } from "node:http";
import { createRequire } from "node:module";

const state = { main: undefined, dead: false };

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const { status, body } = await answer(request.url, text === "" ? {} : JSON.parse(text));
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}).listen(Number(process.argv[2]), "127.0.0.1");

async function answer(path, { value = {} }) {
  if (path === "/init") return init(value);
  if (path !== "/run") return { status: 404, body: {} };
  if (!state.main || state.dead) return { status: 403, body: { error: "There is no action to run." } };
  const ended = (log) => process[log].write("XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX\n");
  try {
    const promise = state.main(value);
    const result = await Promise.resolve(promise).catch((error) => ({ error: String(error) }));
    const isObject = typeof result === "object" && result !== null;
    return isObject
      ? { status: 200, body: result }
      : { status: 502, body: { error: "The action gave no dictionary." } };
  } catch (error) {
    // Thrown at once, which no other activation survives.
    state.dead = true;
    return { status: 502, body: { error: `An error has occurred: ${error}` } };
  } finally {
    for (const log of ["stdout", "stderr"]) ended(log);
  }
}

/** The real one unpacks a zip; here its folder is named. */
function init({ folder, main = "main" }) {
  if (state.main) return { status: 403, body: { error: "Cannot initialize the action more than once." } };
  state.main = createRequire(import.meta.url)(folder)[main];
  return { status: 200, body: { OK: true } };
}
