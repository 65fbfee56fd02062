/** Shows an object of the library's in the cell of a notebook. */
import { inspect } from "node:util";
import { OptionError } from "../../errors.js";
import { asCalled } from "../../util/called.js";
import { DISPLAY, type Displayable } from "../../util/display.js";
import { preHtml } from "../../util/html.js";
import { notebook } from "../../util/notebook.js";
import { errorHtml } from "./error-html.js";

/**
 * Shows, in the notebook's cell that runs, a job, a future, a report, a study, what `explain()` gives or an error as HTML; a picture, the
 * SVG that `report.toSvg()` gives; and anything else as the text that `console.log` prints of it. As the last value of a cell, tslab
 * shows all of these as text. Outside of a notebook, this prints that text.
 *
 * @throws OptionError for a picture where there is no notebook
 */
export function display(value: unknown): void {
  asCalled(display, () => show(value));
}

function show(value: unknown): void {
  const cell = notebook()?.newDisplay();
  if (cell) cell.html(htmlOf(value));
  else if (!isPicture(value)) console.log(value);
  else
    throw new OptionError(
      "value",
      "display() shows a picture in a notebook only. Write it to a file: writeFileSync(…).",
    );
}

function htmlOf(value: unknown): string {
  if (isPicture(value)) return pictureHtml(value);
  if (isDisplayable(value)) return value[DISPLAY]()["text/html"];
  if (value instanceof Error) return errorHtml(value);
  return preHtml(typeof value === "string" ? value : inspect(value));
}

function isPicture(value: unknown): value is string {
  return typeof value === "string" && value.trimStart().startsWith("<svg");
}

/** An image, since programs that make pages of notebooks leave of an SVG what they hold to be harmless, which is next to nothing. */
function pictureHtml(svg: string): string {
  const [, title = ""] = /<title>([^<]*)<\/title>/.exec(svg) ?? [];
  const data = Buffer.from(svg).toString("base64");
  // The title is escaped already, but for what ends an attribute.
  return `<img alt="${title.replaceAll('"', "&quot;")}" style="max-width:100%" src="data:image/svg+xml;base64,${data}">`;
}

function isDisplayable(value: unknown): value is Displayable {
  return typeof value === "object" && value !== null && DISPLAY in value;
}
