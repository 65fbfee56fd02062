import { EventEmitter } from "node:events";
import net from "node:net";
import { Readable, Stream } from "node:stream";
import util from "node:util";
import { describe, expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import type { Callable, Loose } from "../../../../../src/capture/types.js";
import { callRebuilt } from "../../round-trip.js";

function reasonOf(fn: Callable): string {
  try {
    capture(fn);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it was captured");
}

describe("an event emitter travels with its listeners", () => {
  it("in their order, each event's", async () => {
    const heard: string[] = [];
    const bus = new EventEmitter();
    bus.on("word", (word) => heard.push(`last ${word}`));
    bus.prependListener("word", (word) => heard.push(`first ${word}`));
    const sign = Symbol("sign");
    bus.on(sign, () => heard.push("sign"));
    const fn = () => [bus.emit("word", "a"), bus.emit(sign), bus.emit("nothing"), heard, bus.eventNames().length];
    expect(await callRebuilt(fn)).toEqual([true, true, false, ["first a", "last a", "sign"], 2]);
  });

  it("those that are called once, too, which can be taken away before", async () => {
    const heard: unknown[] = [];
    const bus = new EventEmitter();
    function listener(this: unknown, ...args: unknown[]) {
      heard.push(this === bus, ...args);
    }
    bus.once("word", listener);
    bus.once("other", listener);
    const fn = () => {
      bus.off("other", listener);
      const names = [
        bus.listeners("word")[0] === listener,
        (bus.rawListeners("word")[0] as Loose).listener === listener,
      ];
      return [bus.emit("word", 1, 2), bus.emit("word", 3), bus.emit("other"), heard, names];
    };
    expect(await callRebuilt(fn)).toEqual([true, false, false, [true, 1, 2], [true, true]]);
  });

  it("of a class that extends it, with private fields", async () => {
    class Counter extends EventEmitter {
      #count = 0;
      label = "n";
      add(): number {
        this.emit("added", ++this.#count);
        return this.#count;
      }
    }
    const counter = new Counter();
    const seen: number[] = [];
    counter.on("added", (count) => seen.push(count));
    counter.add();
    const fn = () => [counter.add(), seen, counter.label, counter instanceof EventEmitter];
    expect(await callRebuilt(fn)).toEqual([2, [1, 2], "n", true]);
  });

  it("of functions that inherit from it, in the way of old packages", async () => {
    function Old(this: Loose) {
      EventEmitter.call(this);
      this.events = 0;
    }
    util.inherits(Old as never, EventEmitter);
    const old = new (Old as Loose)();
    old.on("x", function (this: Loose) {
      this.events++;
    });
    const fn = () => [old.emit("x"), old.events, old.listenerCount("x")];
    expect(await callRebuilt(fn)).toEqual([true, 1, 1]);
    const stream: Loose = new Stream();
    expect(await callRebuilt(() => [stream.on("x", () => {}).listenerCount("x"), stream instanceof Stream])).toEqual([
      1,
      true,
    ]);
  });

  it("with its settings, and its rejections captured", async () => {
    const bus = new EventEmitter({ captureRejections: true });
    bus.setMaxListeners(3);
    bus.on("work", async () => {
      throw new Error("failed");
    });
    const fn = async () => {
      const failed = new Promise<Error>((resolve) => bus.once("error", resolve));
      bus.emit("work");
      return [(await failed).message, bus.getMaxListeners()];
    };
    expect(await callRebuilt(fn)).toEqual(["failed", 3]);
  });
});

describe("what is more than its properties is refused by name", () => {
  it.each<[string, object]>([
    ["EventTarget", heard(new EventTarget())],
    ["EventTarget", heard(new (class Signals extends EventTarget {})())],
    ["Socket", new net.Socket()],
    ["Readable", new (class Lines extends Readable {})()],
  ])("%s", (name, held) => {
    expect(reasonOf(() => held)).toMatch(
      new RegExp(`Cannot capture held: it is an instance of ${name}, which has state`),
    );
  });

  it("and so is what a listener holds", () => {
    const socket = new net.Socket();
    const bus = new EventEmitter();
    bus.on("data", () => socket.destroy());
    expect(reasonOf(() => bus.emit("data"))).toMatch(
      /Cannot capture bus\._events\.data -> socket: it is an instance of Socket/,
    );
  });
});

function heard(target: EventTarget): EventTarget {
  target.addEventListener("end", () => {});
  return target;
}
