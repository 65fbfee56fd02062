/**
 * Whether a module may import something by that name: a quick answer, for which its text is not parsed. What an import names
 * stands between the word and the quote of what it imports from.
 */
export function mayBeImported(source: string, name: string): boolean {
  for (const { index } of source.matchAll(/\bimport\b/g)) {
    const from = source.slice(index).search(/["']/);
    const clause = source.slice(index, from < 0 ? undefined : index + from);
    if (clause.includes(name) || isCutShort(clause)) return true;
  }
  return false;
}

/** A name may be written with escapes, or be a text in quotes itself. */
function isCutShort(clause: string): boolean {
  return clause.includes("\\") || (clause.includes("{") && !clause.includes("}"));
}
