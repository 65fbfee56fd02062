export function describe(value: unknown): string;
