/** The bills of a job by place: what ran where, and what is billed for it there. */
import type { Billed, Invocation } from "../wire/billed.js";
import { Bill } from "./bill.js";

export class Bills {
  readonly #bills = new Map<string, Bill>();
  /** By attempt: where this host sent it, until its result is known. */
  readonly #sent = new Map<string, string>();
  readonly #elsewhere: string;

  /** @param elsewhere the name of the place of attempts that another host made */
  constructor(elsewhere: string) {
    this.#elsewhere = elsewhere;
  }

  /** By the names of places. */
  get all(): ReadonlyMap<string, Bill> {
    return this.#bills;
  }

  /** This host asks a place for an invocation. */
  invoke(attemptId: string, place: string): void {
    this.#sent.set(attemptId, place);
    this.#at(place).invoke();
  }

  /** The platform of the place says what it bills for an attempt. */
  tell(attemptId: string, place: string, billed: Billed): void {
    this.#at(place).tell(attemptId, billed);
  }

  /** A result is known. Returns where the attempt ran; undefined where another host knows that. */
  add(attemptId: string, invocation: Invocation | undefined, isOwn: boolean): string | undefined {
    const place = this.#sent.get(attemptId);
    this.#sent.delete(attemptId);
    if (invocation) this.#at(place ?? this.#elsewhere).add(attemptId, invocation, isOwn);
    return place;
  }

  /** Nobody will ask for the attempt's result any more. */
  forget(attemptId: string): void {
    this.#sent.delete(attemptId);
  }

  #at(place: string): Bill {
    let bill = this.#bills.get(place);
    if (!bill) {
      bill = new Bill();
      this.#bills.set(place, bill);
    }
    return bill;
  }
}
