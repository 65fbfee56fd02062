/**
 * Loaded before Lambda's own client (`node --require`): stands in for its native part, which would take minutes to compile.
 * The three functions are those of the native part. Work is taken over HTTP from AWS_LAMBDA_RUNTIME_API, as on Lambda;
 * results leave by a pipe, because `done` and `error` must have been delivered when they return: the client ends the
 * process right after some of them.
 */
const { writeSync } = require("node:fs");
const http = require("node:http");
const Module = require("node:module");

/** See RESULTS_FD in environment.ts. */
const RESULTS_FD = 3;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function next() {
  return new Promise((resolve, reject) => {
    const url = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/next`;
    const request = http.get(url, { agent }, (response) => {
      let bodyJson = "";
      response.setEncoding("utf8");
      response.on("data", (text) => {
        bodyJson += text;
      });
      response.on("error", reject);
      response.on("end", () => {
        const deadline = Number(response.headers["lambda-runtime-deadline-ms"]);
        resolve({ bodyJson, headers: { ...response.headers, "lambda-runtime-deadline-ms": deadline } });
      });
    });
    request.on("error", reject);
  });
}

function send(kind, requestId, text) {
  const body = Buffer.from(text);
  writeAll(Buffer.concat([Buffer.from(`${kind} ${requestId} ${body.length}\n`), body]));
}

function writeAll(bytes) {
  for (let written = 0; written < bytes.length; ) written += writeSync(RESULTS_FD, bytes, written);
}

const nativePart = {
  initializeClient() {},
  next,
  done: (requestId, body) => send("response", requestId, body),
  error: (requestId, body) => send("error", requestId, body),
};

const load = Module._load;
Module._load = (request, ...rest) =>
  request.endsWith("rapid-client.node") ? nativePart : load.call(Module, request, ...rest);
