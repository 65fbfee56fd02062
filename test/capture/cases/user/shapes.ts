export enum Level { Low = 1, High = 2, Max = High * 5 }
export enum Mode { Fast = "fast", Safe = "safe" }
export const enum Flag { A = 4, B = 8 }
export namespace Geometry {
  export const UNIT = 3;
  let areas = 0;
  export function area(r: number): number { areas++; return UNIT * r * r; }
  export const asked = (): number => areas;
  export namespace Deep { export const name = "deep"; export class Box { size = UNIT; } }
}
export interface HasId { id: number }
export type Pair<T> = [T, T];
export abstract class Animal {
  protected constructor(protected readonly name: string, private age = 2) {}
  abstract sound(): string;
  describe(): string { return `${this.name} ${this.sound()} ${this.age}`; }
}
export class Dog extends Animal {
  static count = 0;
  constructor(name: string) { super(name); Dog.count++; }
  override sound(): string { return "woof"; }
}
export const identity = <T,>(x: T): T => x;
const hidden = { n: 41 };
export const bump = (by: number): number => (hidden.n += by);
export default function minusOne(x: number): number { return x - 1; }
