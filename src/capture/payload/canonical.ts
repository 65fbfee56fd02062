/** What a payload says of its function, without where that was found: so equal functions compare as equal wherever they stand. */
import type { LoadedFiles } from "./data-entry.js";
import type { Entry, HeapReference, Properties } from "./entry.js";
import { type PackageEntry, type Payload, readPayload } from "./payload.js";
import { addProperty, eachProperty } from "./properties.js";

/**
 * Two payloads give the same parts when their functions have the same texts and close over equal values, whatever files and
 * lines they were written in. Of a package, `identityOf` says what it is.
 */
export function canonicalParts(
  bytes: Uint8Array,
  identityOf: (loaded: PackageEntry) => string,
): (string | Uint8Array)[] {
  const { payload, blob } = readPayload(bytes);
  const placeless: Placeless = {
    ...payload,
    heap: payload.heap.map(withoutPlaces),
    units: payload.units.map(({ strict, code }) => ({ strict, code })),
    packages: payload.packages.map(identityOf),
    first: payload.first.map(identityOf),
  };
  return [JSON.stringify(placeless), ...payload.blobs.map((_, index) => blob(index))];
}

type Placeless = Omit<Payload, "heap" | "units" | "packages" | "first"> & {
  heap: unknown[];
  units: { strict: boolean; code: string }[];
  packages: string[];
  first: string[];
};

/** The `require` of a file loads packages, which are told of by themselves; an error's stack is where it was made. */
function withoutPlaces(entry: Entry<HeapReference>): unknown {
  if (entry.kind === "require") return { ...entry, file: "" };
  if (entry.kind === "error") return { ...entry, properties: withoutStack(entry.properties) };
  if (entry.kind !== "partlyLoaded" || !entry.files) return entry;
  const { exports }: LoadedFiles<HeapReference> = entry.files;
  return { ...entry, files: { exports } };
}

function withoutStack(properties: Properties<HeapReference> | undefined): Properties<HeapReference> {
  const others: Properties<HeapReference> = [];
  eachProperty(properties, (key, value) => {
    if (key !== "stack") addProperty(others, key, value);
  });
  return others;
}
