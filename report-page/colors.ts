/** The colours of the style sheet, for what is drawn on a canvas. */

export interface Colors {
  ink: string;
  soft: string;
  line: string;
  card: string;
  call: string;
  edge: string;
  shard: string;
  failed: string;
  second: string;
  focus: string;
}

export function colorsNow(): Colors {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: of("ink"),
    soft: of("soft"),
    line: of("line"),
    card: of("card"),
    call: of("call"),
    edge: of("call-edge"),
    shard: of("shard"),
    failed: of("failed"),
    second: of("second"),
    focus: of("focus"),
  };
}

/** Calls back when the reader turns to a dark or a light theme. */
export function onThemeChange(changed: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}
