import { describe, expect, it } from "vitest";
import { ClassRegistry } from "../../../src/codec/classes.js";
import { decode, encode } from "../../../src/codec/codec.js";
import { CodecError, OptionError } from "../../../src/errors.js";
import { assertSame } from "./same.js";

let constructed = 0;
class Point {
  x: number;
  next: Point | undefined;
  constructor(x: number) {
    constructed++;
    this.x = x;
  }
  set y(_value: number) {
    throw new Error("a setter ran");
  }
}
class Money {
  #cents: bigint;
  constructor(cents: bigint) {
    this.#cents = cents;
  }
  get cents() {
    return this.#cents;
  }
}
class Index extends Map<string, unknown> {
  label = "i";
  override set(): this {
    throw new Error("an overridden method ran");
  }
}
class List extends Array<number> {
  override push(): number {
    throw new Error("an overridden method ran");
  }
}
class Group extends Set<unknown> {}
class Failure extends RangeError {
  status = 1;
}
class When extends Date {}

const classes = new ClassRegistry();
for (const cls of [Point, Index, List, Group, Failure, When]) classes.register(cls as new () => object);
classes.register(Money, {
  name: "app/Money",
  encode: (money) => ({ cents: money.cents }),
  decode: (state) => new Money((state as { cents: bigint }).cents),
});

function there<T>(value: T): T {
  return decode(encode(value, { classes }), { classes }) as T;
}

describe("registered classes", () => {
  it("travel as their fields, without their constructor being run", () => {
    const point = new Point(1);
    point.next = new Point(2);
    point.next.next = point;
    Object.defineProperty(point, "y", { value: 5, enumerable: true, writable: true, configurable: true });
    constructed = 0;
    assertSame(there([point, point]), [point, point]);
    expect(constructed).toBe(0);
  });

  it("keep what the built-in they extend holds", () => {
    const index = new Index();
    Map.prototype.set.call(index, "a", index);
    const group = new Group([1, index]);
    const failure = Object.assign(new Failure("no", { cause: 1 }), { group });
    assertSame(there({ index, group, failure, list: List.from([1, 2, 3]) }), {
      index,
      group,
      failure,
      list: List.from([1, 2, 3]),
    });
    expect(there(failure).name).toBe("RangeError");
  });

  it("travel by their hooks, shared and nested", () => {
    const money = new Money(5n);
    const [a, b] = there([money, { money }] as const);
    expect(a).toBeInstanceOf(Money);
    expect(a.cents).toBe(5n);
    expect(b.money).toBe(a);
  });

  it("lie as deep as any value", () => {
    let value: unknown = new Money(1n);
    for (let i = 0; i < 1000; i++) value = i % 2 ? { value } : Object.assign(new Point(i), { value });
    let at = there(value) as { value?: unknown };
    while (at.value) at = at.value as typeof at;
    expect((at as unknown as Money).cents).toBe(1n);
  });

  it("carry deep state through a hook complete", () => {
    class Deep {
      constructor(readonly state: unknown) {}
    }
    const registry = new ClassRegistry();
    let seen = 0;
    registry.register(Deep, {
      encode: (deep) => deep.state,
      decode: (state) => {
        for (let at = state as { x?: unknown } | undefined; at; at = at.x as typeof at) seen++;
        return new Deep(state);
      },
    });
    let state: unknown;
    for (let i = 0; i < 1000; i++) state = { x: state };
    decode(encode([new Deep(state), 1], { classes: registry }), { classes: registry });
    expect(seen).toBe(1000);
  });

  it("are refused when a hook's state refers back to the instance", () => {
    class Loop {}
    const registry = new ClassRegistry();
    registry.register(Loop, { encode: (loop) => ({ a: [loop] }), decode: () => new Loop() });
    expect(() => encode({ loop: new Loop() }, { classes: registry })).toThrow(/value\.loop\.a\[0\]: It refers back/);
  });

  it("are refused by path when a hook throws or gives what cannot travel", () => {
    class Bad {}
    const registry = new ClassRegistry();
    registry.register(Bad, { encode: () => ({ f: () => 1 }), decode: () => new Bad() });
    expect(() => encode([new Bad()], { classes: registry })).toThrow(/value\[0\]\.f/);
    const thrower = new ClassRegistry();
    const cause = new Error("own fault");
    thrower.register(Bad, {
      encode: () => {
        throw cause;
      },
      decode: () => new Bad(),
    });
    expect(() => encode([new Bad()], { classes: thrower })).toThrow(
      expect.objectContaining({ path: "value[0]", cause }),
    );
  });

  it("are refused when they extend a built-in that only hooks can carry", () => {
    expect(() => encode(new When(), { classes })).toThrow(/class When, which extends Date/);
  });

  it("are refused where they are not registered", () => {
    expect(() => encode(new Point(1))).toThrow(CodecError);
    expect(() => decode(encode(new Point(1), { classes }))).toThrow(/class Point, which is not registered here/);
    class Sub extends Point {}
    expect(() => encode(new Sub(1), { classes })).toThrow(/class Sub/);
  });

  it("let a hook encode by itself", () => {
    class Blob2 {
      constructor(readonly bytes: Uint8Array) {}
    }
    const registry = new ClassRegistry();
    registry.register(Blob2, {
      encode: (blob) => encode({ inner: blob.bytes }),
      decode: (state) => new Blob2((decode(state as Uint8Array) as { inner: Uint8Array }).inner),
    });
    const value = [1, new Blob2(new Uint8Array([1, 2])), "after"];
    expect(decode(encode(value, { classes: registry }), { classes: registry })).toEqual(value);
  });
});

describe("ClassRegistry", () => {
  it("answers by class and by name", () => {
    expect(classes.nameOf(Money)).toBe("app/Money");
    expect(classes.get("app/Money")).toBe(Money);
    expect([...classes.entries().keys()]).toContain("Point");
    expect(classes.nameOf(ClassRegistry)).toBeUndefined();
  });

  it("takes a class again under a new name", () => {
    const registry = new ClassRegistry();
    registry.register(Point);
    registry.register(Point, { name: "P" });
    expect([registry.get("Point"), registry.nameOf(Point)]).toEqual([undefined, "P"]);
  });

  it("refuses a taken name, no name, half of the hooks, and what is no class", () => {
    const registry = new ClassRegistry();
    registry.register(Point);
    expect(() => registry.register(Money, { name: "Point" })).toThrow(OptionError);
    expect(() => registry.register(class {})).toThrow(OptionError);
    expect(() => registry.register(Money, { encode: () => 1 })).toThrow(OptionError);
    expect(() => registry.register((() => 1) as never)).toThrow(OptionError);
  });
});

describe("a class of a name that another one has", () => {
  const define = () => class Shape {};
  const [former, latter] = [define(), define()];

  it("is refused", () => {
    const registry = new ClassRegistry();
    registry.register(former);
    expect(() => registry.register(latter)).toThrow("Another class is registered as Shape");
  });

  it("takes its place where that is wanted; instances of the former one are refused, until it is registered again", () => {
    const registry = new ClassRegistry();
    const [one, other] = [new former(), new latter()];
    registry.register(former);
    registry.register(latter, {}, true);
    const isSent = (value: unknown) => decode(encode(value, { classes: registry }), { classes: registry });
    expect(isSent(other)).toBeInstanceOf(latter);
    expect(() => encode({ one }, { classes: registry })).toThrow(
      /class Shape from before that class was defined again/,
    );
    expect(() => encode(one, { classes: new ClassRegistry(registry) })).toThrow("defined again");
    registry.register(former, {}, true);
    expect(isSent(one)).toBeInstanceOf(former);
    expect(() => encode(other, { classes: registry })).toThrow("defined again");
  });
});
