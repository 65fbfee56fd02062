/** Puts a layer into a configuration file: its ARN, in place of an older version's, and the packages in it. */
import { readFileSync, writeFileSync } from "node:fs";
import { type Expression, type ObjectExpression, parse } from "acorn";

export interface LayerSettings {
  layers: string[];
  packagesOnWorker: string[];
}

/** What the settings become when a layer is added. */
export function withLayer(
  { layers, packagesOnWorker }: { layers: readonly string[]; packagesOnWorker: readonly string[] },
  arn: string,
  names: readonly string[],
): LayerSettings {
  const nameOf = (one: string) => one.replace(/:\d+$/, "");
  return {
    layers: [...layers.filter((one) => nameOf(one) !== nameOf(arn)), arn],
    packagesOnWorker: [...new Set([...packagesOnWorker, ...names])].sort(),
  };
}

/**
 * False when the file is not of the form that `nodewren init` writes, and was left as it is: JSON, or an exported object
 * whose `lambda` is written out.
 */
export function editConfigFile(file: string, settings: LayerSettings): boolean {
  const text = readFileSync(file, "utf8");
  const edited = file.endsWith(".json") ? editedJson(text, settings) : editedSource(text, settings);
  if (edited === undefined) return false;
  writeFileSync(file, edited);
  return true;
}

function editedJson(text: string, settings: LayerSettings): string {
  const config = JSON.parse(text) as { lambda?: object };
  return `${JSON.stringify({ ...config, lambda: { ...config.lambda, ...settings } }, null, 2)}\n`;
}

function editedSource(text: string, settings: LayerSettings): string | undefined {
  const config = exportedObject(text);
  if (!config) return undefined;
  const lambda = propertyOf(config, "lambda");
  if (lambda === undefined) return inserted(text, config, `lambda: ${JSON.stringify(settings)}`);
  if (lambda.type !== "ObjectExpression") return undefined;
  // From the end on, so that places before an edit stay true.
  const edits = Object.entries(settings).map(([name, list]) => ({ name, list, value: propertyOf(lambda, name) }));
  if (edits.some(({ value }) => value && value.type !== "ArrayExpression")) return undefined;
  let edited = text;
  for (const { list, value } of edits.filter(({ value }) => value).sort((a, b) => startOf(b.value) - startOf(a.value)))
    if (value) edited = edited.slice(0, value.start) + JSON.stringify(list) + edited.slice(value.end);
  const added = edits.filter(({ value }) => !value).map(({ name, list }) => `${name}: ${JSON.stringify(list)}`);
  return added.length > 0 ? inserted(edited, lambda, added.join(", ")) : edited;
}

function startOf(value: Expression | undefined): number {
  return value?.start ?? 0;
}

/** As the object's first property. */
function inserted(text: string, { start, properties }: ObjectExpression, property: string): string {
  const end = properties.length > 0 ? ", " : " ";
  return `${text.slice(0, start + 1)} ${property}${end}${text.slice(start + 1).trimStart()}`;
}

/** `export default { … }`, with or without a call around it; undefined for any other form, types of TypeScript among them. */
function exportedObject(text: string): ObjectExpression | undefined {
  try {
    const { body } = parse(text, { ecmaVersion: "latest", sourceType: "module" });
    const exported = body.find((one) => one.type === "ExportDefaultDeclaration")?.declaration;
    const value = exported?.type === "CallExpression" ? exported.arguments[0] : exported;
    return value?.type === "ObjectExpression" ? value : undefined;
  } catch {
    return undefined;
  }
}

function propertyOf({ properties }: ObjectExpression, name: string): Expression | undefined {
  for (const property of properties) {
    if (property.type !== "Property" || property.computed) continue;
    const { key } = property;
    const found = key.type === "Identifier" ? key.name : key.type === "Literal" ? key.value : undefined;
    if (found === name) return property.value as Expression;
  }
  return undefined;
}
