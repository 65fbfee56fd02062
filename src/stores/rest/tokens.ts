/** Whether a bearer token stays between the two: what it can do, whoever reads it can do. */
export function isSafeForTokens({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}
