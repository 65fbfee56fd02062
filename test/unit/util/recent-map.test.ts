import { expect, it } from "vitest";
import { RecentMap } from "../../../src/util/recent-map.js";

it("keeps as many as it may, and of them those that were asked for or set last", () => {
  const map = new RecentMap<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  map.get("a");
  map.set("c", 3);
  expect(["a", "b", "c"].map((key) => map.get(key))).toEqual([1, undefined, 3]);
  map.set("c", 4);
  map.set("d", 5);
  expect(["a", "c", "d"].map((key) => map.get(key))).toEqual([undefined, 4, 5]);
});

it("makes what is not there once, also where that is undefined", () => {
  const map = new RecentMap<string, number | undefined>(2);
  let made = 0;
  const make = () => {
    made++;
    return undefined;
  };
  expect([map.getOrMake("a", make), map.getOrMake("a", make), made]).toEqual([undefined, undefined, 1]);
  map.delete("a");
  map.getOrMake("a", make);
  expect(made).toBe(2);
});
