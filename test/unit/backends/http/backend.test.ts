/** What becomes of one shard that is sent to a server, whatever answers there. */
import { HttpBackend, WorkerDeath } from "nodewren";
import { describe, expect, it, onTestFinished } from "vitest";
import { openSealed } from "../../../../src/wire/sealed-request.js";
import { WIRE_VERSION } from "../../../../src/wire/version.js";
import { done, FakeHttp, type Received } from "../../../support/fake-http.js";
import { type Behaviour, shardRequest } from "../../../support/fake-lambda.js";
import { TOKEN } from "../../../support/http-server.js";
import { refusalOf } from "../../../support/refusal.js";

const signal = new AbortController().signal;
const HTML = { headers: { "content-type": "text/html" }, body: "<html>\n  <h1>Bad gateway</h1></html>" };

/** Answers so first, and as a good server does after that. */
function firstThen(...behaviours: Behaviour[]) {
  return (received: Received) => behaviours[received.n - 1] ?? done(received);
}

describe("a shard", () => {
  it("is sent under a signature, and is answered", async () => {
    const server = await FakeHttp.start();
    const result = Buffer.from("result");
    server.answering = ({ request }) => ({
      body: { answer: { attemptId: request?.attemptId, writeMs: 2, result: result.toString("base64") } },
    });
    const backend = server.backend({ headers: async () => ({ authorization: "Bearer of the platform" }) });
    expect(await backend.invoke(shardRequest(), signal)).toEqual({ attemptId: "attempt-1", writeMs: 2, result });
    const [{ method, path, headers, request } = {} as Received] = server.received;
    expect([method, path, headers.authorization]).toEqual(["POST", "/shards", "Bearer of the platform"]);
    expect(JSON.stringify(server.received)).not.toContain(TOKEN);
    expect(request?.shardMs).toBe(backend.maxShardMs);
    expect(backend.requests).toEqual({ sent: 1, throttled: 0, failed: 0 });
  });

  it.each([
    ["429", { status: 429, body: "Rate exceeded." }],
    ["503 with a time", { ...HTML, status: 503, headers: { "retry-after": "0" } }],
    ["a busy server's word", { status: 429, body: { refusal: { status: 429, message: "busy" } } }],
    [
      "a busy server's word behind a platform that has its own status",
      { body: { refusal: { status: 429, message: "busy" } } },
    ],
  ] as const)("is tried again when it is throttled: %s", async (_, reply) => {
    const server = await FakeHttp.start(firstThen(reply, reply));
    const backend = server.backend();
    const held: boolean[] = [];
    await backend.invoke(shardRequest(), signal, (isHeld) => held.push(isHeld));
    expect(backend.requests).toEqual({ sent: 3, throttled: 2, failed: 0 });
    expect(held).toEqual([false, true, false, true, false]);
  });

  it("is tried again no sooner than the platform says", async () => {
    const server = await FakeHttp.start(firstThen({ status: 429, headers: { "retry-after": "1" } }));
    const started = performance.now();
    await server.backend().invoke(shardRequest(), signal);
    expect(performance.now() - started).toBeGreaterThan(990);
  });

  it("fails when nothing is taken for too long", async () => {
    const server = await FakeHttp.start(() => ({ status: 429 }));
    const refusal = await refusalOf(server.backend({ maxThrottleMs: 100 }).invoke(shardRequest(), signal));
    expect(refusal).toMatchObject({ transient: false, mayHaveRun: false });
    expect(refusal.message).toMatch(
      /status 429 .*: it takes no more.*No invocation was accepted for \d+ s \(option maxThrottleMs: 100\)/,
    );
  });

  it.each([
    ["502 with a page", { status: 502, ...HTML }],
    ["500 without a word", { status: 500, body: "" }],
    ["503", { status: 503, body: "no healthy upstream" }],
  ] as const)("is tried again when something on the way fails: %s", async (_, reply) => {
    const server = await FakeHttp.start(firstThen(reply));
    const backend = server.backend();
    await backend.invoke(shardRequest(), signal);
    expect(backend.requests).toEqual({ sent: 2, throttled: 0, failed: 1 });
  });

  it.each([
    ["reset", /the connection broke or stayed silent \(ECONNRESET/],
    ["break", /the connection broke or stayed silent \(ECONNRESET/],
    [
      { status: 504, ...HTML },
      /status 504 \(text\/html, \d+ bytes: "<html> <h1>Bad gateway<\/h1><\/html>"\), and nobody will answer/,
    ],
    [{ status: 202, body: { activationId: "1" } }, /status 202/],
  ] as [Behaviour, RegExp][])("may have run when its answer is lost: %j", async (behaviour, pattern) => {
    const server = await FakeHttp.start(() => behaviour);
    const refusal = await refusalOf(server.backend().invoke(shardRequest(), signal));
    expect(refusal).toMatchObject({ kind: "invoke", transient: true, mayHaveRun: true });
    expect(refusal.message).toMatch(pattern);
  });

  it.each([
    [
      { ...HTML },
      /answered with status 200 \(text\/html.*This is no answer of a worker of nodewren: check the option url/,
    ],
    [
      { status: 302, headers: { location: "https://sign.in/" } },
      /redirects to https:\/\/sign\.in\/, and requests go nowhere but/,
    ],
    [{ status: 401, body: "" }, /status 401\. The platform itself asks who this is: give it the option headers/],
    [{ status: 403, body: "Forbidden" }, /status 403 .*option headers/],
    [{ status: 404, body: "" }, /Nothing is served there: check the option url/],
    [{ status: 413, body: "" }, /lower the option maxRequestBytes/],
    [
      { status: 401, body: { refusal: { status: 401, message: "The signature is wrong." } } },
      /runs nothing of this: The signature is wrong\./,
    ],
    [{ body: { refusal: { status: 400, message: "of another release" } } }, /runs nothing of this: of another release/],
    [{ body: { answer: { attemptId: 5, writeMs: 1 } } }, /no answer of a worker of nodewren/],
  ] as [Behaviour, RegExp][])(
    "fails at once by an answer that another try would give as well: %j",
    async (reply, pattern) => {
      const server = await FakeHttp.start(() => reply);
      const refusal = await refusalOf(server.backend().invoke(shardRequest(), signal));
      expect(refusal).toMatchObject({ kind: "invoke", transient: false });
      expect(refusal.message).toMatch(pattern);
      expect(server.received).toHaveLength(1);
    },
  );

  it("is told of the death of its worker, and of a worker's refusal", async () => {
    const death = { kind: "exit", index: 11, certain: true, exitCode: 7 } as const;
    const server = await FakeHttp.start(() => ({ body: { death } }));
    const error = await server
      .backend()
      .invoke(shardRequest(), signal)
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(WorkerDeath);
    expect(error.death).toEqual(death);
    server.answering = () => ({ body: { failure: { code: "STORE", message: "no such bucket", retire: false } } });
    const refusal = await refusalOf(server.backend().invoke(shardRequest(), signal));
    expect(refusal).toMatchObject({ kind: "store", transient: false, message: "no such bucket" });
  });

  it("takes no answer to another shard for its own", async () => {
    const server = await FakeHttp.start(() => ({ body: { answer: { attemptId: "another", writeMs: 1 } } }));
    const refusal = await refusalOf(server.backend().invoke(shardRequest(), signal));
    expect(refusal).toMatchObject({ transient: true, mayHaveRun: true });
  });

  it("is refused when it is larger than the platform takes, before it is sent", async () => {
    const server = await FakeHttp.start();
    const request = shardRequest({ env: { LONG: "x".repeat(20_000) } });
    const refusal = await refusalOf(server.backend({ maxRequestBytes: 16_384 }).invoke(request, signal));
    expect(refusal.message).toMatch(/takes \d+ bytes, and at most 16384 are taken there \(option maxRequestBytes\)/);
    expect(server.received).toEqual([]);
  });

  it("goes on at another server when one has failed", async () => {
    const [bad, good] = await Promise.all([FakeHttp.start(() => ({ status: 502 })), FakeHttp.start()]);
    const backend = bad.backend({ url: [bad.url, good.url] });
    for (let i = 0; i < 3; i++) await backend.invoke(shardRequest(), signal);
    expect([bad.received.length, good.received.length]).toEqual([1, 3]);
  });

  it("ends with the backend", async () => {
    const server = await FakeHttp.start(() => "hang");
    const backend = server.backend();
    const invoked = backend.invoke(shardRequest(), signal);
    setTimeout(() => void backend.close(), 50);
    await expect(invoked).rejects.toThrow("The backend was closed while shards were under way.");
  });
});

describe("what servers tell", () => {
  const system = { platform: "linux", arch: "x64", libc: "glibc", abi: "115" };
  const described = (workers: number, wire: number) => () => ({ body: { nodewren: { wire, workers, system } } });

  it("is how many shards run at once, and on what, and is asked once", async () => {
    const servers = [
      await FakeHttp.start(described(3, WIRE_VERSION)),
      await FakeHttp.start(described(4, WIRE_VERSION)),
    ];
    const backend = (servers[0] as FakeHttp).backend({ url: servers.map(({ url }) => url) });
    await backend.ready();
    await backend.ready();
    expect(backend.limits).toMatchObject({ concurrency: 7, system });
    expect(servers.map(({ received }) => received.map(({ method, path }) => `${method} ${path}`))).toEqual([
      ["GET /shards/ready"],
      ["GET /shards/ready"],
    ]);
  });

  it("is another release, or nothing of ours", async () => {
    const server = await FakeHttp.start(described(1, WIRE_VERSION + 1));
    await expect(server.backend().ready()).rejects.toThrow(/start it anew from this release/);
    server.answering = () => HTML;
    await expect(server.backend().ready()).rejects.toThrow(/no answer of a worker of nodewren/);
  });

  it("is not asked where nobody tells", async () => {
    const server = await FakeHttp.start();
    const backend = server.backend({ preset: "openwhisk" });
    await backend.ready();
    expect(server.received).toEqual([]);
    expect(backend.limits.concurrency).toBe(100);
  });
});

describe("options", () => {
  it.each([
    [{}, "url", /needs the option url \(http\.url, NODEWREN_HTTP_URL\)/],
    [{ url: "ftp://host" }, "url", /Option url of new HttpBackend\(\) must be a URL that begins with "https:/],
    [{ url: "https://user:secret@host" }, "url", /without a password/],
    [{ url: "http://host", preset: "heroku" }, "preset", /must be one of server, load-balancer, cloud-run/],
    [{ url: "http://host" }, "token", /Give it the option token, or set NODEWREN_HTTP_TOKEN here and there/],
    [{ url: "http://host", token: "short" }, "token", /must be a text of at least 16 characters\.$/],
    [{ url: "http://host", token: TOKEN, headers: { a: 1 } }, "headers", /an object of texts/],
    [{ url: "http://host", token: TOKEN, workers: 1 }, "workers", /has no option workers/],
    [{ url: "http://host", token: TOKEN, timeoutMs: 0 }, "timeoutMs", /integer from 1/],
  ])("%j are refused", (options, option, pattern) => {
    const thrown = (() => {
      try {
        return new HttpBackend(options as never);
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toMatchObject({ name: "OptionError", option });
    expect((thrown as Error).message).toMatch(pattern);
  });

  it("may name the token by a variable, and ranges of servers", async () => {
    process.env["NODEWREN_HTTP_TOKEN"] = TOKEN;
    onTestFinished(() => void delete process.env["NODEWREN_HTTP_TOKEN"]);
    const backend = new HttpBackend({ url: "http://node{08..10}:80{1..2}/" });
    expect(String((await import("node:util")).inspect(backend))).toContain("http://node09:802/");
    await backend.close();
  });
});

it("a signature holds for its request, its token and some minutes", async () => {
  const { sealRequest } = await import("../../../../src/wire/sealed-request.js");
  const sealed = sealRequest("{}", TOKEN, 1000);
  expect(openSealed(sealed, TOKEN, 1000 + 300_000)).toEqual({ request: "{}" });
  expect(openSealed(sealed, TOKEN, 1000 + 301_000).refusal).toMatch(/signed 301 s away.*Set the clocks/);
  for (const changed of [{ time: 1001 }, { request: "{} " }, { signature: "" }, { signature: "00".repeat(32) }])
    expect(openSealed({ ...sealed, ...changed }, TOKEN, 1000).refusal).toMatch(/^The signature is wrong/);
  expect(openSealed(sealed, `${TOKEN} `, 1000).refusal).toMatch(/^The signature is wrong/);
  for (const none of [undefined, null, 5, "text", [], {}])
    expect(openSealed(none, TOKEN).refusal).toMatch(/no signed request/);
});
