import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Executor, FileStore, LocalBackend } from "nodewren";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkDepth, makeParts } from "../../../src/host/backend-and-store.js";
import { MemoryStore } from "../../support/memory-store.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nodewren-parts-"));
  vi.spyOn(process, "cwd").mockReturnValue(folder);
  for (const name of ["BACKEND", "STORE", "WORKERS", "CONFIG"]) vi.stubEnv(`NODEWREN_${name}`, undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const configure = (config: object) => writeFileSync(join(folder, "nodewren.config.json"), JSON.stringify(config));

/** As `new LocalBackend()`, but with workers far away. */
const far = () => Object.assign(new LocalBackend({ workers: 1 }), { reach: "network" as const });

describe("several places", () => {
  const names = (parts: ReturnType<typeof makeParts>) => parts.backend.places?.all.map(({ name }) => name);
  const store = () => Object.assign(new MemoryStore(), { reach: "network" as const });

  it("are given as backends, or by name: in code, by the variable, in the file", () => {
    expect(names(makeParts({ backend: [new LocalBackend(), "lambda"], store: store() }))).toEqual(["local", "lambda"]);
    configure({ backend: ["lambda", "local"], store: "s3://bucket/file" });
    expect(names(makeParts({}))).toEqual(["lambda", "local"]);
    vi.stubEnv("NODEWREN_BACKEND", "local, lambda");
    expect(names(makeParts({}))).toEqual(["local", "lambda"]);
    expect(makeParts({ backend: ["local"] }).backend.name).toBe("local");
  });

  it("have the workers that go with the name of one of them", () => {
    const { backend } = makeParts({ backend: ["local", far()], workers: 3, store: store() });
    expect(backend.places?.all.map((place) => place.backend.limits.concurrency)).toEqual([3, 1]);
    const given = [new LocalBackend(), far()];
    expect(() => makeParts({ backend: given, workers: 3, store: store() })).toThrow(/Give it to the backend/);
  });

  it("are all reached by the store, or the one that is not is named", () => {
    const backend = [new LocalBackend(), Object.assign(far(), { name: "far" })];
    expect(() => makeParts({ backend, store: new MemoryStore() })).toThrow(
      /backend far cannot reach a store on this machine.*or leave far out of the option backend/,
    );
    expect(() => makeParts({ backend })).toThrow(/backend far need a store that they can reach/);
    const sharing = Object.assign(far(), { name: "far", sharesFolders: true });
    expect(names(makeParts({ backend: [new LocalBackend(), sharing], store: folder }))).toEqual(["local", "far"]);
  });

  it("count on packages of the function's layers only where no other worker elsewhere may need them", () => {
    configure({ store: "s3://bucket/p", lambda: { packagesOnWorker: ["sharp"] } });
    expect(makeParts({ backend: ["local", "lambda"] }).packagesOnWorker).toEqual(["sharp"]);
    expect(makeParts({ backend: [far(), "lambda"] }).packagesOnWorker).toEqual([]);
  });

  it("are refused where there is none, where one comes twice, and where one is none", () => {
    const twice = new LocalBackend();
    for (const backend of [[], [twice, twice], ["local", "local"], ["lambada"], [{}]])
      expect(() => new Executor({ backend: backend as never })).toThrow(
        /Option backend of .* must be .*a list of them, each once/,
      );
  });
});

describe("without a word about them", () => {
  it("workers are processes of this machine, and the store a temporary one", () => {
    const { backend, store } = makeParts({});
    expect(backend.name).toBe("local");
    expect(store).toBeUndefined();
  });
});

describe("named", () => {
  it("in the file, by variables, in code: the later goes before the earlier", () => {
    configure({ backend: "local", workers: 2, store: "from-file" });
    expect(makeParts({}).backend.limits.concurrency).toBe(2);
    expect(makeParts({}).store?.descriptor).toMatchObject({ folder: join(folder, "from-file") });
    vi.stubEnv("NODEWREN_WORKERS", "3");
    vi.stubEnv("NODEWREN_STORE", "from-variable");
    expect(makeParts({}).backend.limits.concurrency).toBe(3);
    expect(makeParts({}).store?.descriptor).toMatchObject({ folder: join(folder, "from-variable") });
    expect(makeParts({ workers: 4 }).backend.limits.concurrency).toBe(4);
    expect(makeParts({ store: "from-code" }).store?.descriptor).toMatchObject({ folder: join(folder, "from-code") });
  });

  it("as a bucket, with the settings for its server", () => {
    configure({ store: "s3://bucket/runs", s3: { endpoint: "http://localhost:9", region: "eu-west-1" } });
    expect(makeParts({}).store?.descriptor).toMatchObject({
      kind: "s3",
      bucket: "bucket",
      prefix: "runs/",
      endpoint: "http://localhost:9",
      region: "eu-west-1",
      forcePathStyle: true,
    });
  });

  it("wrongly: refused, with the place", () => {
    vi.stubEnv("NODEWREN_BACKEND", "lambada");
    expect(() => makeParts({})).toThrow(/NODEWREN_BACKEND/);
    expect(() => makeParts({ store: "ftp://host" })).toThrow(/Setting store of the options must be/);
  });
});

describe("given as objects", () => {
  it("they are used as they are", () => {
    const [backend, store] = [new LocalBackend({ workers: 1 }), new FileStore(join(folder, "mine"))];
    expect(makeParts({ backend, store })).toEqual({ backend, store, packagesOnWorker: [] });
  });

  it("a backend has its own workers", () => {
    expect(() => makeParts({ backend: new LocalBackend(), workers: 2 })).toThrow(/Give it to the backend/);
  });
});

describe("workers that are far away", () => {
  it("are refused a store on this machine, and none", () => {
    expect(() => makeParts({ backend: far(), store: new MemoryStore() })).toThrow(
      /cannot reach a store on this machine/,
    );
    expect(() => makeParts({ backend: far() })).toThrow(/need a store that they can reach.*NODEWREN_STORE/);
  });

  it("take a store that can be reached over the network", () => {
    const store = Object.assign(new MemoryStore(), { reach: "network" as const });
    expect(makeParts({ backend: far(), store }).store).toBe(store);
  });
});

describe("in a call", () => {
  const place = (temporary: boolean) => ({
    depth: 1,
    workers: 3,
    store: new MemoryStore(),
    descriptor: { kind: "file", folder: "jobs", temporary },
    signal: new AbortController().signal,
  });

  it("come from its job, before what variables and files say", () => {
    configure({ store: "elsewhere", workers: 9 });
    vi.stubEnv("NODEWREN_BACKEND", "lambda");
    const at = place(false);
    const { backend, store } = makeParts({ backend: "local" }, at);
    expect([backend.name, store]).toEqual(["local", at.store]);
    expect(makeParts({}, at).backend.name).toBe("local");
  });

  it("are a store of its own where the job's goes with its script", () => {
    expect(makeParts({}, place(true)).store).toBeUndefined();
  });

  it("are what the code says", () => {
    const [backend, store] = [new LocalBackend({ workers: 5 }), new MemoryStore()];
    expect(makeParts({ backend, store }, place(false))).toMatchObject({ backend, store });
    expect(makeParts({ workers: 7 }, place(true)).backend.limits.concurrency).toBe(7);
  });

  it("run no jobs below a depth that is an error's", () => {
    expect(() => checkDepth(undefined)).not.toThrow();
    expect(() => checkDepth({ ...place(true), depth: 2 })).not.toThrow();
    expect(() => checkDepth({ ...place(true), depth: 3 })).toThrow(/nested 3 deep here/);
  });
});
