import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import { callRebuilt } from "../../round-trip.js";

describe("an AsyncLocalStorage", () => {
  it("travels while nothing is stored in it, whatever ran in it before", async () => {
    class Request {
      #nest = new AsyncLocalStorage<string>();
      in<T>(name: string, run: () => T): T {
        return this.#nest.run(name, run);
      }
      get name(): string | undefined {
        return this.#nest.getStore();
      }
    }
    const request = new Request();
    request.in("old", () => request.name);
    const fn = async () => [request.name, await request.in("new", async () => request.name), request.name];
    expect(await callRebuilt(fn)).toEqual([undefined, "new", undefined]);
  });

  it("travels with what a class of the program's adds to it", async () => {
    class Nest extends AsyncLocalStorage<number> {
      #eggs = 4;
      tell(): unknown[] {
        return [this.#eggs, this.getStore(), Object.hasOwn(this, "tag")];
      }
    }
    const nest = Object.assign(new Nest(), { tag: 1 });
    expect(await callRebuilt(() => [nest.tell(), nest.run(2, () => nest.tell())])).toEqual([
      [4, undefined, true],
      [4, 2, true],
    ]);
  });

  it("is refused where map() is called in a run of it", () => {
    const nest = new AsyncLocalStorage<number>();
    const fn = () => nest.getStore();
    expect(() => nest.run(1, () => capture(fn))).toThrow(/nest: .*outside of its run\(\)/s);
  });
});

describe("an EventTarget", () => {
  it("travels without listeners", async () => {
    const target = new EventTarget();
    const heard = () => 0;
    target.addEventListener("egg", heard);
    target.removeEventListener("egg", heard);
    const fn = () => {
      let eggs = 0;
      target.addEventListener("egg", () => eggs++);
      return [target.dispatchEvent(new Event("egg")), eggs];
    };
    expect(await callRebuilt(fn)).toEqual([true, 1]);
  });

  it("is refused with some, and so are Node's own kinds of it", () => {
    const target = new EventTarget();
    target.addEventListener("egg", () => 0);
    expect(() => capture(() => target)).toThrow(/target: .*Add its listeners inside the function/s);
    const { signal } = new AbortController();
    expect(() => capture(() => signal)).toThrow(/signal: .*give map\(\) the option signal/s);
  });
});

describe("Headers", () => {
  it("travel, and can be changed there", async () => {
    const headers = new Headers({ Accept: "text/plain" });
    headers.append("accept", "text/html");
    headers.append("set-cookie", "wren=1");
    const fn = () => {
      headers.set("x-nest", "1");
      return [...headers];
    };
    expect(await callRebuilt(fn)).toEqual([
      ["accept", "text/plain, text/html"],
      ["set-cookie", "wren=1"],
      ["x-nest", "1"],
    ]);
    expect(headers.has("x-nest")).toBe(false);
  });

  it("are refused where they cannot be changed, or hold several cookies; a copy of the former travels", async () => {
    const { headers } = Response.error();
    expect(() => capture(() => headers)).toThrow(/headers: .*Capture new Headers\(it\)/s);
    const copy = new Headers(headers);
    expect(await callRebuilt(() => [...copy])).toEqual([]);
    const cookies = new Headers([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]);
    expect(() => capture(() => cookies)).toThrow(/cookies: /);
  });
});
