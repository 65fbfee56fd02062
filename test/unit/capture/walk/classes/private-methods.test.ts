import { describe, expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import { load } from "../../../../../src/capture/rebuild/rebuild.js";
import { callRebuilt } from "../../round-trip.js";

type Listener = (text: string) => unknown;

class Station {
  static #heardByAll = 0;
  static all = Station.#count;
  #heard: string[] = [];
  readonly listeners = new Map<string, Listener>();
  constructor(readonly name: string) {
    this.listeners.set("bound", this.#hear.bind(this));
    this.listeners.set("loose", this.#shout);
  }
  static #count(): number {
    return ++Station.#heardByAll;
  }
  #hear(text: string): string {
    this.#heard.push(text);
    return `${this.name}: ${this.#heard.join()}`;
  }
  #shout(text: string): string {
    return `${text}!`;
  }
  isShout(one: unknown): boolean {
    return one === this.#shout;
  }
}

describe("private methods that are met as values", () => {
  it("act on the private fields of the object that they are bound to", async () => {
    const stations = [new Station("north"), new Station("south")];
    stations[0]?.listeners.get("bound")?.("a");
    const program = await load(capture(() => stations.map(({ listeners }) => listeners.get("bound")?.("b"))).bytes);
    expect(program.instantiate().fn()).toEqual(["north: a,b", "south: b"]);
    expect(program.instantiate().fn()).toEqual(["north: a,b", "south: b"]);
  });

  it("are the very methods of their class", async () => {
    const station = new Station("west");
    const loose = station.listeners.get("loose") as Listener;
    expect(await callRebuilt(() => [station.isShout(loose), loose("hey")])).toEqual([true, "hey!"]);
  });

  it("are those of the class itself, too", async () => {
    const { all } = Station;
    expect(await callRebuilt(() => [all(), all(), all === Station.all])).toEqual([1, 2, true]);
  });

  it("are found in what extends their class, and belong to the class that made them", async () => {
    const make = (step: number) =>
      class Counter {
        #at = 0;
        readonly next = this.#advance.bind(this);
        *walk(): Generator<number> {
          yield* this.#steps.call(this);
        }
        readonly steps = this.#steps;
        #advance(): number {
          this.#at += step;
          return this.#at;
        }
        *#steps(): Generator<number> {
          yield this.#advance();
        }
      };
    class Late extends make(10) {
      late = true;
    }
    const [by1, by10] = [new (make(1))(), new Late()];
    by10.next();
    expect(await callRebuilt(() => [by1.next(), by1.next(), by10.next(), ...by10.steps.call(by10)])).toEqual([
      1, 2, 20, 30,
    ]);
  });

  it("are refused where nothing that is captured has them, and they use private names", () => {
    const hear = new Station("east").listeners.get("bound") as Listener;
    let taken: unknown;
    class Keeper {
      #kept = 1;
      constructor() {
        taken = this.#keep;
      }
      #keep(): number {
        return this.#kept;
      }
    }
    new Keeper();
    const keep = taken as () => number;
    expect(() => capture(() => keep())).toThrow(/private names, whose home cannot be found/);
    expect(() => capture(() => hear("x"))).not.toThrow();
  });
});
