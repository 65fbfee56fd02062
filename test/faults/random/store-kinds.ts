/** Kinds of faults of the host's store, and of a host that is not alone. They are made where the store is a folder. */
import { FileStore, StoreError } from "nodewren";
import type { Random } from "../../mutated/random.js";

type Get = FileStore["get"];
type Put = FileStore["putIfAbsent"];

export interface StoreKind {
  name: string;
  /** In place of the host's reads of results. `times` counts them, from 1. */
  get?: (get: () => ReturnType<Get>, times: number, random: Random) => ReturnType<Get>;
  /** In place of the host's writes. */
  put?: (put: () => ReturnType<Put>, times: number, random: Random) => ReturnType<Put>;
}

const busy = () => {
  throw new StoreError("busy", { isTransient: true });
};

export const STORE_KINDS: readonly StoreKind[] = [
  { name: "fails now and then when it is read", get: (get, _, random) => (random.integer(3) === 0 ? busy() : get()) },
  {
    name: "fails now and then when it is written to",
    put: (put, _, random) => (random.integer(3) === 0 ? busy() : put()),
  },
  {
    name: "fails for a while",
    get: (get, times) => (times < 8 ? busy() : get()),
    put: (put, times) => (times < 5 ? busy() : put()),
  },
  { name: "shows results late", get: (get, times) => (times % 3 === 1 ? Promise.resolve(undefined) : get()) },
  {
    name: "damages what it reads, now and then",
    get: async (get, times) => {
      const bytes = await get();
      return bytes && times % 3 === 1 ? bytes.map((byte, i) => (i === 50 ? byte ^ 1 : byte)) : bytes;
    },
  },
  { name: "is slow", get: (get, _, random) => pause(random.integer(40)).then(get) },
  {
    name: "writes, and says that it failed",
    put: (put, times) => put().then((isNew) => (times === 2 ? busy() : isNew)),
  },
];

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export class FaultyStore extends FileStore {
  readonly #kind: StoreKind;
  readonly #random: Random;
  #gets = 0;
  #puts = 0;

  constructor(folder: string, kind: StoreKind, random: Random) {
    super(folder);
    this.#kind = kind;
    this.#random = random;
  }

  override async get(...given: Parameters<Get>): ReturnType<Get> {
    const get = () => super.get(...given);
    const { get: faulty } = this.#kind;
    return faulty && given[0].includes("/results/") ? faulty(get, ++this.#gets, this.#random) : get();
  }

  override async putIfAbsent(...given: Parameters<Put>): ReturnType<Put> {
    const put = () => super.putIfAbsent(...given);
    return this.#kind.put ? this.#kind.put(put, ++this.#puts, this.#random) : put();
  }
}
