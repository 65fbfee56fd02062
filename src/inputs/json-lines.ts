/** A value of JSON on each line. */
import { InputError } from "../errors.js";
import type { Part } from "./text.js";

/** The values of lines that come in batches. Rejects with `InputError`, which names the line. */
export async function* jsonLineBatches<T>(part: Part, batches: AsyncIterable<string[]>): AsyncGenerator<T[]> {
  let number = 0;
  for await (const lines of batches) {
    const values: T[] = [];
    for (const line of lines) {
      number++;
      if (line.trim() !== "") values.push(parse(part, line, number) as T);
    }
    yield values;
  }
}

function parse({ name, isStart }: Part, line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    const where = `line ${number}${isStart ? "" : " of this part"}`;
    throw new InputError(name, `${name} is not JSON at ${where}: ${(cause as Error).message}`, { cause });
  }
}
