/** Places for results that workers write, on the backend and store that the tests run on, and what lies there. */
import { randomUUID } from "node:crypto";
import { FileStore, S3Store, type Store } from "nodewren";
import type { Manifest } from "../../src/host/manifest.js";
import { combo } from "./combo.js";
import { newFolder } from "./folders.js";
import { all } from "./items.js";

export class Place {
  /** As the option `output` is given it. */
  readonly output: string;
  readonly store: Store;

  constructor() {
    const id = randomUUID();
    this.output = combo.store === "files" ? `${newFolder()}/out` : `${process.env.NODEWREN_STORE}/out-${id}/`;
    this.store =
      combo.store === "files"
        ? new FileStore(this.output)
        : S3Store.fromUrl(this.output, { endpoint: process.env.NODEWREN_S3_ENDPOINT });
  }

  async manifest(): Promise<Manifest> {
    return JSON.parse(await this.text("manifest.json"));
  }

  async text(name: string): Promise<string> {
    return Buffer.from((await this.store.get(name)) as Uint8Array).toString();
  }

  /** What counts, one object after the other. Throws when one lies there that does not count. */
  async texts(): Promise<string[]> {
    const { objects } = await this.manifest();
    const names = (await all(this.store.list(""))).map(({ key }) => key).filter((key) => key !== "manifest.json");
    const counted = objects.map(({ name }) => name);
    if (names.sort().join() !== counted.sort().join()) throw new Error(`${names} lie there, and ${counted} count`);
    return Promise.all(objects.map(({ name }) => this.text(name)));
  }

  async lines(): Promise<unknown[]> {
    const texts = await this.texts();
    return texts.flatMap((text) => text.split("\n").filter(Boolean)).map((line) => JSON.parse(line));
  }
}
