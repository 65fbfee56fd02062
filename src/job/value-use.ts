/** Who needs a job's values: somebody on this host, or nobody but jobs that have them as their inputs. */
export class ValueUse {
  #isAsked = false;
  #isFed = false;
  #isInner = false;

  /** Somebody here wants values. */
  ask(): void {
    this.#isAsked = true;
  }

  /** Workers of another job read them from the store. */
  feed(): void {
    this.#isFed = true;
  }

  /** Nobody here can ever ask for them: the job is a step of something else. */
  makeInner(): void {
    this.#isInner = true;
    this.#isFed = true;
  }

  get isFed(): boolean {
    return this.#isFed;
  }

  get isInner(): boolean {
    return this.#isInner;
  }

  /** Whether values are left in the store until somebody asks. */
  get isLeft(): boolean {
    return this.#isFed && !this.#isAsked;
  }
}
