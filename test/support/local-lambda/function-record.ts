/** A function: what it is, what state it is in, and what runs it. */
import { type Account, newId } from "./account.js";
import { ApiError, conflict } from "./api-error.js";
import { type Code, unpack } from "./code.js";
import type { Deployment, FunctionConfig } from "./deployment.js";
import type { EventConfig } from "./event-config.js";
import { grantee } from "./iam-roles.js";
import { Pool } from "./pool.js";
import type { Alias } from "./versions.js";

/** As it was when it was published. */
export interface Version {
  config: FunctionConfig;
  code: Code;
  deployment: Deployment;
}

export class FunctionRecord implements Version {
  /** By number, oldest first. */
  readonly versions = new Map<string, Version>();
  readonly aliases = new Map<string, Alias>();
  /** By alias. */
  readonly provisioned = new Map<string, { wanted: number; isReady: boolean }>();
  readonly pool: Pool;
  readonly functionArn: string;
  state: "Pending" | "Active" = "Pending";
  updateStatus: "InProgress" | "Successful" = "Successful";
  /** What new invocations run. */
  deployment: Deployment;
  lastModified = "";
  revisionId = "";
  reservedConcurrency: number | undefined;
  /** By alias or version; the function's own by `$LATEST`. */
  readonly eventConfigs = new Map<string, EventConfig>();
  tags: Record<string, string> = {};
  /** Id of the role that may use the key of its variables. */
  #grantee: string | undefined;

  constructor(
    readonly account: Account,
    public config: FunctionConfig,
    public code: Code,
    public layers: readonly Code[],
  ) {
    this.functionArn = account.arn("lambda", `function:${config.FunctionName}`);
    this.pool = new Pool(account);
    this.deployment = this.#deploy();
    this.#grantee = grantee(account, config.Role);
    this.#settle(() => {
      this.state = "Active";
    });
  }

  /** Takes new code or configuration; new invocations get it when the update is done. */
  update(change: { config?: FunctionConfig; code?: Code; layers?: readonly Code[] }): void {
    this.updateStatus = "InProgress";
    // One that names the same role keeps the grant as it is.
    if (change.config && change.config.Role !== this.config.Role)
      this.#grantee = grantee(this.account, change.config.Role);
    this.config = change.config ?? this.config;
    this.code = change.code ?? this.code;
    this.layers = change.layers ?? this.layers;
    this.#settle(() => {
      this.updateStatus = "Successful";
      this.deployment = this.#deploy();
      this.pool.retire([this.deployment, ...[...this.versions.values()].map((one) => one.deployment)]);
    });
  }

  /** Throws while it is being made or updated. */
  checkMayUpdate(): void {
    if (this.state === "Pending") throw this.#busy("The function is currently in the following state: Pending");
    if (this.updateStatus === "InProgress")
      throw this.#busy(`An update is in progress for resource: ${this.functionArn}`);
  }

  checkMayInvoke(): void {
    if (this.state === "Pending") throw this.#busy("The function is currently in the following state: Pending");
    if (this.#grantee === undefined || this.#grantee === grantee(this.account, this.config.Role)) return;
    throw new ApiError(
      502,
      "KMSAccessDeniedException",
      "Lambda was unable to decrypt the environment variables because KMS access was denied. Please check the function's KMS key settings. KMS Exception: AccessDeniedException",
    );
  }

  #busy(why: string): Error {
    return conflict(`The operation cannot be performed at this time. ${why}`);
  }

  #deploy(): Deployment {
    const { account, config, functionArn } = this;
    return {
      config,
      functionArn,
      taskRoot: unpack(account, [this.code]),
      layersRoot: unpack(account, this.layers),
    };
  }

  #settle(done: () => void): void {
    this.lastModified = new Date().toISOString().replace("Z", "+0000");
    this.revisionId = newId();
    const { stateDelayMs } = this.account.settings;
    if (stateDelayMs > 0) this.account.later(stateDelayMs, done);
    else done();
  }
}
