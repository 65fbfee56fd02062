/**
 * Every error that nodewren throws. The base class carries a stable `code`; ids and numbers are fields, so that a
 * program can act on them without parsing text. Messages say what failed, with which ids, then the hint.
 */
export { type ErrorCode, NodewrenError } from "./errors/base.js";
export {
  CaptureError,
  type CaptureErrorFields,
  CodecError,
  OptionError,
  type SourcePosition,
} from "./errors/before-upload.js";
export {
  CallTimeoutError,
  CancelledError,
  CompletionError,
  DependencyError,
  OutOfMemoryError,
  type WorkerExit,
  WorkerLostError,
} from "./errors/ended.js";
export {
  DeployError,
  InputError,
  InvokeError,
  StoreError,
  type StoreErrorFields,
  VersionError,
} from "./errors/services.js";
export { type SetupEnd, SetupError } from "./errors/setup.js";
export { CallError, type CallIdentity, type CallOutput, NO_OUTPUT, type OmittedPart } from "./errors/thrown.js";
