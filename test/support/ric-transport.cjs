/**
 * Loaded before Lambda's own client (`node --require`): stands in for its native part, which would take minutes to compile.
 * Answers leave by a pipe, because they must have been delivered when `done` and `error` return, as those of the native
 * part have been.
 */
const { writeSync } = require("node:fs");
const http = require("node:http");
const Module = require("node:module");

/** File descriptor of the pipe to whoever started the environment. */
const ANSWERS_FD = 3;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function next() {
  return new Promise((resolve, reject) => {
    const url = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/next`;
    const request = http.get(url, { agent }, (response) => {
      let bodyJson = "";
      response.setEncoding("utf8").on("data", (text) => {
        bodyJson += text;
      });
      response.on("error", reject).on("end", () => {
        const deadline = Number(response.headers["lambda-runtime-deadline-ms"]);
        resolve({ bodyJson, headers: { ...response.headers, "lambda-runtime-deadline-ms": deadline } });
      });
    });
    request.on("error", reject);
  });
}

function send(message) {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let written = 0; written < bytes.length; ) written += writeSync(ANSWERS_FD, bytes, written);
}

const nativePart = {
  initializeClient() {},
  next,
  done: (_id, body) => send({ answer: JSON.parse(body) }),
  error: (_id, body) => send({ error: JSON.parse(body) }),
};

const load = Module._load;
Module._load = (request, ...rest) =>
  request.endsWith("rapid-client.node") ? nativePart : load.call(Module, request, ...rest);
