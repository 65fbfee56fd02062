/** Text of pseudo-words, as much as one likes. */

/** Different words, of which those with small numbers come more often. */
const WORDS = Array.from(
  { length: 20_000 },
  (_, i) => `w${i.toString(36).replace(/\d/g, (digit) => "ghijklmnop"[Number(digit)] as string)}`,
);
const WORDS_PER_LINE = 12;
const LINES_AT_ONCE = 5000;

/** Lines in blocks, until they have so many bytes. */
export function* textOfWords(bytes: number): Generator<string> {
  for (let written = 0; written < bytes; ) {
    const lines = Array.from({ length: LINES_AT_ONCE }, () =>
      Array.from({ length: WORDS_PER_LINE }, () => WORDS[Math.floor(WORDS.length * Math.random() ** 3)]).join(" "),
    );
    const text = `${lines.join("\n")}\n`;
    written += text.length;
    yield text;
  }
}
