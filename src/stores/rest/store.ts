/** An object store that is asked by plain requests of HTTP. What is particular to a service is its dialect's. */
import { createHash, randomUUID } from "node:crypto";
import { digestOf, joined, piecesOf } from "../body.js";
import { isUnknown } from "../conditions.js";
import { checkKey, checkPrefix, compareKeys } from "../keys.js";
import { damaged, type Fault, statusOf } from "../retry.js";
import type { Body, ByteRange, Store, StoreDescriptor, StoreEntry } from "../store.js";
import { RestConnection, type RestSettings } from "./connection.js";
import type { Dialect, RestAction, RestReply, RestWrite } from "./dialect.js";
import { restError } from "./errors.js";
import { byBytes } from "./order.js";

/** Bytes of a body that are hashed before others get their turn. */
const TURN_BYTES = 16 * 1024 * 1024;

export abstract class RestStore implements Store {
  readonly reach = "network";
  readonly #connection: RestConnection;
  readonly #prefix: string;

  protected constructor(dialect: Dialect, settings: RestSettings, prefix: string) {
    this.#connection = new RestConnection(dialect, settings);
    this.#prefix = prefix;
  }

  abstract get descriptor(): StoreDescriptor;

  /** @internal Another process, or another store of the same server, has seen that it keeps the condition of writes. */
  trust(other?: RestStore): void {
    if (!other || other.#connection.conditions.isProven) this.#connection.conditions.hold();
  }

  async putIfAbsent(key: string, body: Body): Promise<boolean> {
    return this.#run("write", key, (name) => this.#write(name, body, true));
  }

  async put(key: string, body: Body): Promise<void> {
    await this.#run("write", key, (name) => this.#write(name, body, false));
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    return this.#run("read", key, (name) => (range ? this.#readRange(name, range) : this.#readWhole(name)));
  }

  /** Up to 1,000 keys a request, the next of which is made when the first ones have been taken. */
  async *list(prefix: string, { startAfter = "" }: { startAfter?: string } = {}): AsyncIterable<StoreEntry> {
    checkPrefix(prefix);
    try {
      yield* byBytes(this.#entries(prefix, startAfter));
    } catch (cause) {
      throw restError({ verb: "list", key: prefix }, this.#connection, cause);
    }
  }

  async delete(key: string): Promise<void> {
    await this.#run("delete", key, async (name) => {
      const { dialect } = this.#connection;
      await this.#connection
        .attempt(() => dialect.remove(name))
        .catch((error: Fault) => {
          if (!dialect.isMissing(error)) throw error;
        });
    });
  }

  /** Closes the connections. A later request opens new ones. */
  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #write(name: string, body: Body, ifAbsent: boolean): Promise<boolean> {
    const { dialect, conditions } = this.#connection;
    if (ifAbsent) conditions.check();
    const pieces = piecesOf(body);
    const md5 = (await digestOf("md5", pieces, TURN_BYTES)).toString("base64");
    const write: RestWrite = { name, body: joined(pieces), md5, id: randomUUID(), ifAbsent };
    let tries = 0;
    const request = () => {
      tries++;
      return dialect.write(write);
    };
    try {
      await this.#connection.attempt(request);
    } catch (error) {
      if (ifAbsent && isUnknown(error)) throw conditions.refuse("does not know", error);
      if (!ifAbsent || !dialect.isTaken(error as Fault)) throw error;
      conditions.hold();
      // A first try may have worked, and only its answer was lost.
      return tries > 1 && (await this.#isOwn(write));
    }
    if (ifAbsent) await conditions.prove(write.body.byteLength, () => this.#connection.once(request));
    return true;
  }

  async #isOwn({ name, id }: RestWrite): Promise<boolean> {
    const { dialect } = this.#connection;
    try {
      return dialect.writeId(await this.#connection.attempt(() => dialect.look(name))) === id;
    } catch (error) {
      if (dialect.isMissing(error as Fault)) return false;
      throw error;
    }
  }

  async #readWhole(name: string): Promise<Uint8Array | undefined> {
    const { dialect } = this.#connection;
    const check = (reply: RestReply) => {
      const md5 = dialect.md5(reply);
      if (md5 === undefined) return;
      const actual = createHash("md5").update(reply.body).digest("base64");
      if (actual !== md5) throw damaged(`The body's MD5 is ${actual}, but ${md5} was written`);
    };
    return (await this.#read(name, undefined, check))?.body;
  }

  async #readRange(name: string, range: ByteRange): Promise<Uint8Array | undefined> {
    const start = Math.max(0, range.start);
    const wanted = Math.max(0, range.end - start);
    // An empty range still has to tell whether the object is there.
    const last = Number.isFinite(wanted) ? start + Math.max(1, wanted) - 1 : "";
    const check = ({ status, headers }: RestReply) => {
      const found = headers["content-range"] ?? "";
      if (status === 206 && !found.startsWith(`bytes ${start}-`)) throw damaged(`Another range came: ${found}`);
    };
    const reply = await this.#read(name, `bytes=${start}-${last}`, check);
    // A server may send all of it.
    const from = reply?.status === 206 ? 0 : start;
    return reply?.body.subarray(from, from + wanted);
  }

  async #read(
    name: string,
    range: string | undefined,
    check: (reply: RestReply) => void,
  ): Promise<RestReply | undefined> {
    const { dialect } = this.#connection;
    try {
      return await this.#connection.attempt(() => dialect.read(name, range), check);
    } catch (error) {
      if (dialect.isMissing(error as Fault)) return undefined;
      // The range begins at or behind the end: so the object is there, and may be empty.
      if (range !== undefined && statusOf(error as Fault) === 416)
        return { status: 206, headers: {}, body: new Uint8Array(0) };
      throw error;
    }
  }

  async *#entries(prefix: string, startAfter: string): AsyncGenerator<StoreEntry> {
    const { dialect } = this.#connection;
    const own = this.#prefix;
    const after = startAfter && own + startAfter;
    let next: string | undefined;
    do {
      const from = next;
      const page = dialect.page(await this.#connection.attempt(() => dialect.list(own + prefix, after, from)));
      for (const { key, bytes } of page.entries)
        if (startAfter === "" || compareKeys(key, after) > 0) yield { key: key.slice(own.length), bytes };
      next = page.next;
    } while (next !== undefined);
  }

  async #run<T>(verb: RestAction["verb"], key: string, action: (name: string) => Promise<T>): Promise<T> {
    checkKey(key);
    checkKey(this.#prefix + key);
    try {
      return await action(this.#prefix + key);
    } catch (cause) {
      throw restError({ verb, key }, this.#connection, cause);
    }
  }
}
