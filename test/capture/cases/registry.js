/**
 * The form of a case, the same for every environment:
 *   id     unique over all groups
 *   group  row of the matrix
 *   ideal  "works", "error" (refused by name, before upload) or "either"
 *   make   makes the function to ship, or a promise of it
 *   args   arguments of the call; thisArg: its `this`
 *   want   the expected result; without it, what the original returns here after the capture
 *   name   what the message of a refusal has to contain
 */
export function group(name, cases = []) {
  const add = (ideal) => (id, make, options) => {
    cases.push({ id: `${name}/${id}`, group: name, ideal, make, ...options });
  };
  const refused = (id, path, make, options) => add("error")(id, make, { ...options, name: path });
  const either = (id, path, make, options) => add("either")(id, make, { ...options, name: path });
  return { cases, works: add("works"), refused, either };
}
