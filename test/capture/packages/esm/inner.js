export function inner(x) {
  return `inner ${x}`;
}
inner.version = "1.2.0";
