/** What an object's prototypes say of it. */
export interface Chain {
  /** Whether there is a proxy among them. */
  proxied: boolean;
  /** Name of a class of the engine that no other question tells, or "Iterator"; empty for other objects. */
  tag: string;
  /** Name of the built-in class whose instances cannot be copied. */
  native: string | undefined;
}
