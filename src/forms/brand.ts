/** What is an executor: it can be asked of any object without running code of it, as `instanceof` may. */
export abstract class ExecutorBrand {
  readonly #brand = true;

  /** @internal */
  static isExecutor(value: object): boolean {
    return #brand in value;
  }
}
