/**
 * Names of blobs by the names that the store has for them: the service takes `\` for `/`. So `\` is written `[1`, and `[` is written `[0`, which leaves the order of
 * names as it is; all others stand as they are.
 */
export function blobName(name: string): string {
  return name.replaceAll("[", "[0").replaceAll("\\", "[1");
}

export function nameOfBlob(blob: string): string {
  return blob.replace(/\[([01])/g, (_, digit: string) => (digit === "0" ? "[" : "\\"));
}
