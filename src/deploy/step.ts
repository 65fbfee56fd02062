/** What deploy and destroy did, as data. */
export interface Step {
  /** Kind and name, such as `"function nodewren"`. */
  resource: string;
  action: "created" | "updated" | "unchanged" | "deleted";
  /** What was changed, or why nothing was; may be empty. */
  detail: string;
}

/** Told of each step as it is done. */
export type OnStep = (step: Step) => void;

export const NOT_THERE = "was not there";
export const NOT_OURS = "kept: it was not made by nodewren for this function";
