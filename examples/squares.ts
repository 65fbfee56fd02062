// The first screen of the README, as a script: npx tsx examples/squares.ts
import { Executor } from "nodewren";

const executor = new Executor();
const power = 2;

const squares = await executor.map((x: number) => x ** power, [1, 2, 3]);
console.log(squares);

await executor.close();
