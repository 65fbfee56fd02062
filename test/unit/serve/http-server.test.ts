/** What a server of shards does with what is no shard, before any worker is started. */
import { type RequestOptions, request } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { azureDialect } from "../../../src/serve/azure-dialect.js";
import { servedEnvironment } from "../../../src/serve/environment.js";
import { MAX_BODY_BYTES } from "../../../src/serve/http-answer.js";
import { HttpServer, PLAIN } from "../../../src/serve/http-server.js";
import { ShardServer } from "../../../src/serve/shard-server.js";
import { encodeRequest } from "../../../src/wire/invocation.js";
import { sealRequest } from "../../../src/wire/sealed-request.js";
import { decodeDescription, decodeServed } from "../../../src/wire/served-answer.js";
import { shardRequest } from "../../support/fake-lambda.js";
import { newFolder } from "../../support/folders.js";
import { TOKEN } from "../../support/http-server.js";
import { childrenOf } from "../../support/processes.js";

async function start(fields: Partial<ConstructorParameters<typeof ShardServer>[0]> = {}) {
  const shards = new ShardServer({ token: TOKEN, workers: 1, ...fields });
  const server = await HttpServer.start(shards, { port: 0, host: "127.0.0.1" });
  onTestFinished(() => server.close());
  return server;
}

function ask(server: HttpServer, options: RequestOptions, body?: string | Buffer) {
  return new Promise<{ status: number; body: Buffer }>((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port: server.port, ...options }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) });
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

function sealed(fields: Parameters<typeof shardRequest>[0], token = TOKEN): string {
  return JSON.stringify(sealRequest(encodeRequest(shardRequest(fields)), token));
}

async function refusalOf(server: HttpServer, body: string | Buffer) {
  const reply = await ask(server, { method: "POST", path: "/any" }, body);
  const answer = decodeServed(reply.body) as { refusal: { status: number; message: string } };
  expect(answer.refusal.status).toBe(reply.status);
  return answer.refusal;
}

it("tells that it lives and is ready to whoever asks, and runs nothing for that", async () => {
  const before = childrenOf(process.pid).length;
  const server = await start({ workers: 3 });
  expect((await ask(server, { path: "/health" })).status).toBe(200);
  for (const path of ["/", "/ready", "/ready?by=probe"])
    expect(decodeDescription((await ask(server, { path })).body)?.workers).toBe(3);
  expect((await ask(server, { method: "HEAD", path: "/ready" })).status).toBe(200);
  expect((await ask(server, { path: "/elsewhere" })).status).toBe(404);
  expect(childrenOf(process.pid)).toHaveLength(before);
});

it("runs nothing for strangers", async () => {
  const before = childrenOf(process.pid).length;
  const server = await start();
  for (const body of [
    "",
    "text",
    "{}",
    "null",
    encodeRequest(shardRequest()),
    sealed({}, "another token that is long"),
  ])
    expect(await refusalOf(server, body)).toMatchObject({ status: 401 });
  expect(childrenOf(process.pid)).toHaveLength(before);
});

it("refuses what is too large, is no request, or is of a store that it does not serve", async () => {
  const server = await start({ allowsStore: ({ kind }) => kind === "s3" });
  expect(await refusalOf(server, Buffer.alloc(MAX_BODY_BYTES + 1))).toMatchObject({ status: 413 });
  expect(await refusalOf(server, sealed({ version: 1 }))).toMatchObject({ status: 400 });
  expect(await refusalOf(server, sealed({ store: { kind: "file", folder: "/tmp" } }))).toMatchObject({ status: 401 });
  const temporary = { kind: "file", folder: "/tmp", temporary: true };
  expect((await refusalOf(server, sealed({ store: temporary }))).message).toMatch(/temporary folder of its host/);
});

it("answers 429 where all of its workers are busy, and drains when it is told to", async () => {
  const server = await start();
  const store = { kind: "file", folder: newFolder() };
  const { port } = server;
  // There is no such job: that takes its worker some time to find out.
  const first = ask(server, { method: "POST" }, sealed({ store }));
  await ask(server, { path: "/health" });
  expect(await refusalOf(server, sealed({ store }))).toMatchObject({ status: 429 });
  const drained = server.drain();
  const { body } = await first;
  expect(decodeServed(body)).toMatchObject({ failure: { code: "STORE" } });
  await drained;
  await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
});

it("unwraps what Azure's host makes of requests, and wraps the answer", () => {
  const wrapped = azureDialect({ Data: { req: { Body: '{"time":1}' } }, Metadata: {} });
  expect(wrapped.sealed).toEqual({ time: 1 });
  expect(wrapped.wrap({ status: 401, body: { a: 1 } })).toEqual({
    status: 200,
    body: {
      Outputs: { res: { statusCode: 401, headers: { "content-type": "application/json" }, body: '{"a":1}' } },
      Logs: [],
      ReturnValue: null,
    },
  });
  const forwarded = { time: 1 };
  expect(azureDialect(forwarded).sealed).toBe(forwarded);
  expect(PLAIN(undefined).sealed).toBeUndefined();
});

it("takes its token out of the environment, and needs one", () => {
  const env = { NODEWREN_HTTP_TOKEN: TOKEN, NODEWREN_HTTP_WORKERS: "4", NODEWREN_STORE: "s3://bucket/prefix" };
  expect(servedEnvironment(env)).toEqual({
    token: TOKEN,
    workers: 4,
    store: { kind: "s3", bucket: "bucket", prefix: "prefix/" },
  });
  expect(env).not.toHaveProperty("NODEWREN_HTTP_TOKEN");
  expect(() => servedEnvironment({})).toThrow(/NODEWREN_HTTP_TOKEN must be set here, and where jobs are started/);
  const wrong = { NODEWREN_HTTP_TOKEN: TOKEN, NODEWREN_HTTP_WORKERS: "0" };
  expect(() => servedEnvironment(wrong)).toThrow(/NODEWREN_HTTP_WORKERS must be a number of workers, but is "0"/);
});
