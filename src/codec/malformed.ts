/** Bytes that `encode` would not have written. Becomes a CodecError at the border. */
export class Malformed extends Error {}
