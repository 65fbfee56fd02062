/** Whether fib(n) is 1 by definition. */
export function isBaseCase(n: number, last: number): boolean {
  return n <= last;
}
