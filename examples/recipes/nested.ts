// Map inside of a map
//
// A call's context has an executor for jobs of its own. It shares the cores with the outer job.
import { type CallContext, Executor } from "nodewren";

const cities = [
  { name: "Aveiro", streets: [120, 80, 40] },
  { name: "Braga", streets: [300, 10] },
];

async function survey(city: (typeof cities)[number], { executor }: CallContext): Promise<string> {
  const houses = await executor.map((length: number) => length / 10, city.streets);
  return `${city.name}: ${houses.reduce((a, b) => a + b)} houses`;
}

await using executor = new Executor({ workers: 2 });
console.log(await executor.map(survey, cities));

// Prints:
// [ 'Aveiro: 24 houses', 'Braga: 31 houses' ]
