/** What can go wrong with a request to the control plane or an Invoke, on demand. */

export type Fault =
  /** An error answer of the service: throttled, failed, unavailable. */
  | 429
  | 500
  | 503
  /** An answer of something in between that is no AWS service. */
  | "html"
  /** The connection is reset before the request is carried out. */
  | "cut-before"
  /** The request is carried out, then the connection is reset instead of an answer. */
  | "cut-after"
  /** The request is carried out and never answered. */
  | "silent";

interface Planned {
  action: string;
  fault: Fault;
  times: number;
}

export class Faults {
  #planned: Planned[] = [];

  /** The next `times` requests of this action meet the fault; plans of one action follow each other. */
  next(action: string, fault: Fault, times = 1): void {
    this.#planned.push({ action, fault, times });
  }

  clear(): void {
    this.#planned = [];
  }

  take(action: string): Fault | undefined {
    const plan = this.#planned.find((one) => one.action === action && one.times > 0);
    if (!plan) return undefined;
    plan.times--;
    return plan.fault;
  }
}
