/** The settings as a table in Markdown. The documentation holds it, and a test compares the two. */
import { SETTINGS, type Setting } from "./settings.js";

export function settingsTable(): string {
  return ["| setting | variable | must be | default |", "| --- | --- | --- | --- |", ...SETTINGS.map(rowOf)].join("\n");
}

function rowOf({ key, variable, kind, ...rest }: Setting): string {
  const cells = [`\`${key}\``, `\`${variable}\``, kind.wanted, defaultOf(rest)];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function defaultOf({ default: value, otherwise }: Pick<Setting, "default" | "otherwise">): string {
  return otherwise ?? `\`${JSON.stringify(value)}\``;
}
