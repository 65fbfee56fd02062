/** What the entries of platforms (`runtime-layer/`) are made of, in one file. */
export { encodeServed } from "../wire/served-answer.js";
export { azureDialect } from "./azure-dialect.js";
export { neverAborted, servedEnvironment, workerBeside } from "./environment.js";
export { answerToRead, httpAnswer, isRead, jsonOf, send, signalOf } from "./http-answer.js";
export { serve } from "./serve.js";
export { ShardServer } from "./shard-server.js";
