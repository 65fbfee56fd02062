/** Objects with more keys than this are dictionaries rather than records: each writes its own keys. */
const MAX_KEYS = 64;
const MAX_SHAPES = 4096;
const SCAN_LIMIT = 8;

export interface Shape {
  /** From 1; 0 on the wire means that keys stand beside values. */
  readonly id: number;
  readonly keys: readonly string[];
}

/** Key lists met so far: objects with the same keys in the same order write them once. */
export class Shapes {
  private list: Shape[] = [];
  private byText: Map<string, Shape> | undefined;
  /** Records of one kind tend to lie at one depth. */
  private readonly recent: (Shape | undefined)[] = [];

  find(keys: readonly string[], depth: number): Shape | undefined {
    const recent = this.recent[depth];
    if (recent && sameKeys(recent.keys, keys)) return recent;
    const found = this.search(keys);
    if (found) this.recent[depth] = found;
    return found;
  }

  /** Undefined when these keys should stand beside their values. */
  add(keys: readonly string[], depth: number): Shape | undefined {
    if (keys.length > MAX_KEYS || this.list.length >= MAX_SHAPES) return undefined;
    const shape: Shape = { id: this.list.length + 1, keys };
    this.list.push(shape);
    this.byText?.set(textOf(keys), shape);
    this.recent[depth] = shape;
    return shape;
  }

  private search(keys: readonly string[]): Shape | undefined {
    if (this.list.length <= SCAN_LIMIT) return this.list.find((shape) => sameKeys(shape.keys, keys));
    if (keys.length > MAX_KEYS) return undefined;
    this.byText ??= new Map(this.list.map((shape) => [textOf(shape.keys), shape]));
    const shape = this.byText.get(textOf(keys));
    return shape && sameKeys(shape.keys, keys) ? shape : undefined;
  }

  reset(): void {
    if (this.list.length === 0) return;
    this.list = [];
    this.byText = undefined;
    this.recent.length = 0;
  }
}

function textOf(keys: readonly string[]): string {
  return keys.join("\0");
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
