/** What an executor has to do with items: they travel with its jobs, are read here when they come back, and files are uploaded. */
import type { ClassRegistry } from "../codec/classes.js";
import { PatientStore } from "../stores/patient.js";
import type { Reach, Store } from "../stores/store.js";
import type { InputItem } from "./item.js";
import { itemClasses } from "./item-classes.js";
import { OpenBuckets } from "./object-content.js";
import type { FilesOptions } from "./options.js";
import { uploadFiles } from "./upload.js";

export class ExecutorItems {
  readonly #buckets = new OpenBuckets();

  /** As `itemClasses`, for items of that store. */
  classes(store: Store, reach: Reach, base: ClassRegistry | undefined): ClassRegistry {
    return itemClasses({ buckets: this.#buckets, store }, reach, base);
  }

  /** Stores what is not there yet; a store that fails is waited for. */
  upload(
    globs: string | readonly string[],
    options: FilesOptions,
    store: Store,
    patienceMs: number,
  ): Promise<InputItem[]> {
    return uploadFiles(globs, options, new PatientStore(store, { patienceMs }), { buckets: this.#buckets, store });
  }
}
