export {
  type Backend,
  type BackendLimits,
  type Death,
  WorkerDeath,
  WorkerRefusal,
  type WorkerSetting,
} from "./backends/backend.js";
export { LambdaBackend } from "./backends/lambda.js";
export type { LambdaBackendOptions, LambdaCredentials, LambdaKeys } from "./backends/lambda-options.js";
export type { LambdaRequests } from "./backends/lambda-session.js";
export { LocalBackend } from "./backends/local.js";
export type { Broadcast } from "./broadcast.js";
export type { CaptureSummary, CaptureWarning } from "./capture/capture.js";
export type { Explanation } from "./capture/explain.js";
export type { AnyClass, ClassOptions } from "./codec/classes.js";
export { type Config, defineConfig, type LambdaConfig, type S3Config } from "./config/config.js";
export {
  CallError,
  type CallIdentity,
  type CallOutput,
  CallTimeoutError,
  CancelledError,
  CaptureError,
  CodecError,
  DeployError,
  type ErrorCode,
  InvokeError,
  NodewrenError,
  OptionError,
  OutOfMemoryError,
  type SourcePosition,
  StoreError,
  VersionError,
  WorkerLostError,
} from "./errors.js";
export { Executor, type MapFunction } from "./executor.js";
export type { Future } from "./future.js";
export type { ModuleFunction } from "./host/by-module.js";
export { explain } from "./host/capture-function.js";
export type { Inputs } from "./host/encode-inputs.js";
export type { CallTimes, JobReport, ReportTotals } from "./host/report.js";
export type { Job, Settled } from "./job.js";
export type { Outcome } from "./ledger.js";
export type { ExecutorOptions, JobOptions, Progress, ProgressOption } from "./options.js";
export { registerClass } from "./register-class.js";
export { FileStore } from "./stores/file.js";
export { S3Store } from "./stores/s3.js";
export type { S3Requests } from "./stores/s3-client.js";
export type { S3Credentials, S3StoreOptions } from "./stores/s3-options.js";
export type { Body, ByteRange, Reach, Store, StoreDescriptor, StoreEntry } from "./stores/store.js";
export { type WaitOptions, wait } from "./wait.js";
export type { Answer, Shard, ShardRequest } from "./wire/messages.js";
export type { CallContext } from "./worker/context.js";
