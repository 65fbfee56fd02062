import type { ScopeView } from "../inspect/look.js";

/**
 * Numbers chains of scopes so that two prefixes have one number exactly when all their variables have equal values: only
 * such can be runs of the same scopes. Lives as long as one capture, as it holds every value.
 */
export class ChainIds {
  private readonly values = new Map<unknown, number>();
  private readonly prefixes = new Map<string, number>();
  private readonly texts = new WeakMap<ScopeView, string>();
  /** A number stands for a long text, which would be put together with many others. */
  private readonly long = new Map<string, number>();
  private readonly known = new WeakMap<readonly ScopeView[], number[]>();

  /** Number of the chain from the outermost scope to the one at `depth`. */
  of(chain: readonly ScopeView[], depth: number): number {
    const ids = this.known.get(chain) ?? this.number(chain);
    return ids[depth] as number;
  }

  private number(chain: readonly ScopeView[]): number[] {
    let outer = -1;
    const ids = chain.map((view) => {
      outer = this.prefixId(`${outer} ${this.textOf(view)}`);
      return outer;
    });
    this.known.set(chain, ids);
    return ids;
  }

  /** The functions of a module have its scope in common, with all its variables. */
  private textOf(view: ScopeView): string {
    const text = this.texts.get(view) ?? this.write(view);
    this.texts.set(view, text);
    return text;
  }

  private write({ description, values }: ScopeView): string {
    const names = Object.keys(values);
    const text = `${description} ${names.join()} ${names.map((name) => this.valueId(values[name])).join()}`;
    return names.length > FEW ? String(idIn(this.long, text)) : text;
  }

  private valueId(value: unknown): number {
    if (Object.is(value, -0)) return MINUS_ZERO;
    return idIn(this.values, value);
  }

  private prefixId(text: string): number {
    return idIn(this.prefixes, text);
  }
}

const FEW = 8;

/** A Map takes it for zero. */
const MINUS_ZERO = -1;

function idIn<T>(ids: Map<T, number>, key: T): number {
  const known = ids.get(key);
  if (known !== undefined) return known;
  ids.set(key, ids.size);
  return ids.size - 1;
}
