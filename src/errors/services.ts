import { NodewrenError } from "./base.js";

/** The job, or a part of it, could not be run: no worker started or was reached, the executor is closed, or an iterable of inputs threw. */
export class InvokeError extends NodewrenError {
  constructor(message: string, options?: ErrorOptions) {
    super("INVOKE", message, options);
  }
}

export interface StoreErrorFields {
  key?: string | undefined;
  /** Bucket of an `S3Store` or `GcsStore`, container of an `AzureBlobStore`. */
  bucket?: string | undefined;
  /** HTTP status of the server's answer, when there was one. */
  status?: number | undefined;
  /** The server's name for the request, to ask its operator about. */
  requestId?: string | undefined;
  /** Whether it may go away by itself, so that it is worth waiting for; undefined: the store does not know, so it is. */
  isTransient?: boolean | undefined;
}

/** The store could not be read or written: full, read-only, unreachable, or holding something that is not ours. */
export class StoreError extends NodewrenError implements StoreErrorFields {
  readonly key: string | undefined;
  readonly bucket: string | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly isTransient: boolean | undefined;

  constructor(message: string, options?: ErrorOptions & StoreErrorFields) {
    super("STORE", message, options);
    this.key = options?.key;
    this.bucket = options?.bucket;
    this.status = options?.status;
    this.requestId = options?.requestId;
    this.isTransient = options?.isTransient;
  }
}

/** A file or an object that is an input is gone, was changed since it was listed, or does not hold what it was said to. */
export class InputError extends NodewrenError {
  /** Path of the file, or key of the object. */
  readonly key: string;

  constructor(key: string, message: string, options?: ErrorOptions) {
    super("INPUT", message, options);
    this.key = key;
  }
}

/** Client and worker, or client and stored data, have releases whose formats differ. For workers in the cloud, deploy again. */
export class VersionError extends NodewrenError {
  readonly found: number;
  readonly supported: number;

  constructor(what: string, found: number, supported: number) {
    super(
      "VERSION",
      `${what} has format version ${found}; this release reads version ${supported}. Run client and workers with the same release of nodewren.`,
    );
    this.found = found;
    this.supported = supported;
  }
}

/** Cloud resources could not be created, changed or removed. */
export class DeployError extends NodewrenError {
  constructor(message: string, options?: ErrorOptions) {
    super("DEPLOY", message, options);
  }
}
