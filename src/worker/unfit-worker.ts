import { UNFIT_CODE } from "../wire/messages.js";

/** This process holds for good what another job left in it: it must not run this shard, and another one will do. */
export class UnfitWorker extends Error {
  readonly code = UNFIT_CODE;
}
