/** A result that cannot be written in the form that the job's option `as` names. */
export class Unfit extends Error {
  /** @param path way to what is wrong, from `result` on */
  constructor(
    readonly path: string,
    message: string,
  ) {
    super(message);
  }
}

/** Whether it holds half of a surrogate pair, which has no UTF-8. */
export function isBroken(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

/** For what has no way into any text. */
const OTHERWISE = "Return what can be written, or give the option as a function that makes text of it.";

/** @param what it is, such as `"a Map"` */
export function unfit(path: string, what: string, form: string, hint = OTHERWISE): Unfit {
  return new Unfit(path, `${path} is ${what}, which ${form} cannot hold. ${hint}`);
}
