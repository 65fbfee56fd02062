/** What a running job has used that somebody bills for, by place. */
import type { Backend, Place } from "../backends/backend.js";
import type { Costing } from "../cost/costing.js";
import { ELSEWHERE } from "../job/place-shares.js";
import type { JobRun } from "./job-run.js";

export function costingOf({ backend, bills, store, counted, prices }: JobRun): Costing {
  const places = placesOf(backend);
  const others = [...bills.all.keys()].filter((name) => !places.some((place) => place.name === name));
  const usages = [
    ...places.map((place) => ({ name: place.name, billing: place.backend.limits.billing })),
    ...others.map((name) => ({ name, billing: undefined })),
  ];
  return {
    places: usages.map(({ name, billing }) => {
      const bill = bills.all.get(name);
      const compute = bill?.usage(typeof billing === "object" ? billing : undefined) ?? [];
      return { billing, backend: name, compute, invocations: bill?.invocations ?? 0 };
    }),
    store: store.descriptor,
    bytesSent: counted.bytesWritten,
    prices,
  };
}

/** Where shards of the backend run. */
export function placesOf(backend: Backend): readonly Place[] {
  return backend.places?.all ?? [{ name: backend.name, backend }];
}

/** Of attempts that another host made: a backend by itself is taken for theirs. */
export function nameElsewhere(backend: Backend): string {
  return backend.places ? ELSEWHERE : backend.name;
}
