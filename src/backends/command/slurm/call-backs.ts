/** Where tasks call back: a port that takes those alone who have the backend's key, as it takes them for its own. */
import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import type { Server, TLSSocket } from "node:tls";

/** Both sides prove that they have the key, and nobody who learns it later can read what was said. */
const CIPHERS = "ECDHE-PSK-CHACHA20-POLY1305";

export class CallBacks {
  readonly #address: string | undefined;
  readonly #onCall: (task: string, socket: TLSSocket) => void;
  readonly #key = randomBytes(32);
  readonly #callers = new WeakMap<TLSSocket, string>();
  #server: Promise<Server> | undefined;

  /** @param address of this machine, as the tasks reach it. Default: its name, and every network that it is in. */
  constructor(address: string | undefined, onCall: (task: string, socket: TLSSocket) => void) {
    this.#address = address;
    this.#onCall = onCall;
  }

  /** In hexadecimal. */
  get key(): string {
    return this.#key.toString("hex");
  }

  /** Such as `"login1:40123"`: listens from now on. */
  async place(): Promise<string> {
    this.#server ??= this.#listen();
    const { port } = (await this.#server).address() as AddressInfo;
    return `${this.#address ?? hostname()}:${port}`;
  }

  async close(): Promise<void> {
    const server = await this.#server?.catch(() => undefined);
    this.#server = undefined;
    server?.close();
  }

  async #listen(): Promise<Server> {
    // Node's module takes long to load, and few programs need it.
    const { createServer } = await import("node:tls");
    const server = createServer({
      ciphers: CIPHERS,
      maxVersion: "TLSv1.2",
      pskCallback: (socket, task) => {
        this.#callers.set(socket as TLSSocket, task);
        return this.#key;
      },
    });
    server.on("secureConnection", (socket) => this.#onCall(this.#callers.get(socket) ?? "", socket));
    server.on("tlsClientError", () => {});
    server.unref();
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port: 0, host: this.#address }, () => resolve(server));
    });
  }
}
