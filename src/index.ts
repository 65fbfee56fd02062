export {
  type Backend,
  type BackendLimits,
  type BeatLimits,
  type Death,
  WorkerDeath,
  WorkerRefusal,
  type WorkerSetting,
} from "./backends/backend.js";
export { CommandBackend } from "./backends/command/backend.js";
export type { CommandBackendOptions, WorkerHost } from "./backends/command/options.js";
export {
  type ContainerOptions,
  containers,
  type SlurmOptions,
  type SshOptions,
  slurm,
  ssh,
} from "./backends/command/presets.js";
export { HttpBackend } from "./backends/http/backend.js";
export type { HttpBackendOptions, HttpHeaders } from "./backends/http/options.js";
export type { PresetName } from "./backends/http/presets.js";
export type { HttpRequests } from "./backends/http/session.js";
export { LambdaBackend } from "./backends/lambda/backend.js";
export type { LambdaBackendOptions, LambdaCredentials, LambdaKeys } from "./backends/lambda/options.js";
export type { LambdaRequests } from "./backends/lambda/session.js";
export { LocalBackend } from "./backends/local/backend.js";
export type { Broadcast } from "./broadcast.js";
export type { CaptureSummary, CaptureWarning } from "./capture/capture.js";
export type { Explanation } from "./capture/explain.js";
export type { AnyClass, ClassOptions } from "./codec/classes.js";
export {
  type AzureConfig,
  type Config,
  defineConfig,
  type EndpointsConfig,
  type GcsConfig,
  type HttpConfig,
  type LambdaConfig,
  type S3Config,
} from "./config/config.js";
export type { Cost } from "./cost/cost.js";
export type { Estimate, Range } from "./cost/estimate.js";
export type { Prices } from "./cost/prices.js";
export {
  CallError,
  type CallIdentity,
  type CallOutput,
  CallTimeoutError,
  CancelledError,
  CaptureError,
  CodecError,
  CompletionError,
  DependencyError,
  DeployError,
  type ErrorCode,
  InputError,
  InvokeError,
  NodewrenError,
  type OmittedPart,
  OptionError,
  OutOfMemoryError,
  SetupError,
  type SourcePosition,
  StoreError,
  VersionError,
  WorkerLostError,
} from "./errors.js";
export { type EstimateOptions, Executor } from "./executor.js";
export type { CallContext, InnerExecutor, LoopBody, MapFunction } from "./forms/context.js";
export type { Command, ShellResult } from "./forms/on-worker/run-command.js";
export type { Reduce } from "./forms/on-worker/run-range.js";
export type {
  DeliveringOptions,
  ParallelForOptions,
  ReducingOptions,
  ShellOptions,
  WarmOptions,
  WriteResult,
} from "./forms/options.js";
export { cloud, type RemoteOptions, remote } from "./forms/remote.js";
export type { AttachOptions } from "./host/attach-job.js";
export { explain } from "./host/capture-function.js";
export type { Inputs } from "./host/encode-inputs.js";
export type { PreparedJob } from "./host/prepared-job.js";
export type { StateMachine, StateMachineOptions } from "./host/state-machine.js";
export type { CsvOptions } from "./inputs/csv.js";
export type { SplitBy } from "./inputs/descriptor.js";
export { files } from "./inputs/files.js";
export type { InputItem } from "./inputs/item.js";
export { objects } from "./inputs/objects.js";
export type { FilesOptions, ObjectsOptions, SplitOptions } from "./inputs/options.js";
export type { ItemSource } from "./inputs/source.js";
export type { Future } from "./job/future.js";
export type { Job, Settled } from "./job/job.js";
export type { Outcome } from "./job/outcomes.js";
export type {
  CallTimes,
  JobPlot,
  JobReport,
  Percentiles,
  PlaceShare,
  ReportRequests,
  ReportsOption,
  ReportTotals,
  SetupTimes,
} from "./job/report.js";
export { type WaitOptions, wait } from "./job/wait.js";
export type { CacheOption, CacheOptions } from "./options/cache.js";
export type { CompletionOptions } from "./options/completion.js";
export type { Delivered, DeliveryFormat, DeliveryOptions } from "./options/delivery.js";
export type { EstimatingOptions } from "./options/estimate.js";
export type { FinishOptions, KeyedOptions, ReduceOptions } from "./options/reduce.js";
export type { RetryOptions } from "./options/retries.js";
export type { TraceOption } from "./options/trace.js";
export type {
  ExecutorOptions,
  JobOptions,
  ModuleFunction,
  Progress,
  ProgressOption,
  SetupFunction,
} from "./options.js";
export { registerClass } from "./register-class.js";
export type { AzureBlobStoreOptions, AzureCredentials, AzureTokenCredential } from "./stores/azure/options.js";
export { AzureBlobStore } from "./stores/azure/store.js";
export type { StoreRequests } from "./stores/counted.js";
export { FileStore } from "./stores/file/store.js";
export type { GcsStoreOptions, GoogleTokens } from "./stores/gcs/options.js";
export { GcsStore } from "./stores/gcs/store.js";
export type { S3Requests } from "./stores/s3/client.js";
export type { S3Credentials, S3StoreOptions } from "./stores/s3/options.js";
export { S3Store } from "./stores/s3/store.js";
export type { Body, ByteRange, Reach, Store, StoreDescriptor, StoreEntry } from "./stores/store.js";
export type { AmdahlFit } from "./study/amdahl.js";
export type { Interval } from "./study/confidence.js";
export { type SpeedUpStudy, type StudyOptions, type StudyPoint, speedUpStudy } from "./study/study.js";
export type { Displayable, DisplayData } from "./util/display.js";
export { display } from "./view/notebook/display.js";
export type { Answer, Shard, ShardRequest } from "./wire/messages.js";
