/** What became of a case in an environment. */

export interface Refusal {
  name: string;
  code?: string;
  path?: string;
  reason?: string;
  hint?: string;
  message: string;
  stack?: string;
}

export interface CaseRecord {
  id: string;
  group: string;
  ideal: "works" | "error" | "either";
  name?: string;
  bytes?: Uint8Array;
  refusal?: Refusal;
  expected?: string;
  unusable?: string;
  /** Not run, as only a share of the cases was. */
  left?: boolean;
  ms?: number;
}

export interface Answer {
  runs?: string[];
  broken?: string;
}

/**
 * works     the outcome is that of the original, in the first instance and in the second
 * refused   before upload, naming what the case says, or where it says nothing, naming a path
 * unnamed   refused, by an error that doesn't name it
 * missed    captured, though it can't travel, and then another outcome
 * late      captured, then the payload failed to load
 * WRONG     another outcome than the original's, silently
 * unusable  the case itself does not hold here
 * left      not run
 */
export type Outcome = "works" | "refused" | "unnamed" | "missed" | "late" | "WRONG" | "unusable" | "left";

export interface Verdict {
  id: string;
  group: string;
  ideal: CaseRecord["ideal"];
  outcome: Outcome;
  /** For a reader of a failure, or the refusal's reason. */
  detail: string;
}

export function judge(record: CaseRecord, answer: Answer | undefined): Verdict {
  const { id, group, ideal } = record;
  const [outcome, detail] = decide(record, answer);
  return { id, group, ideal, outcome, detail };
}

function decide(record: CaseRecord, answer: Answer | undefined): [Outcome, string] {
  const { refusal, unusable, ideal, left } = record;
  if (left) return ["left", ""];
  if (refusal) return refused(refusal, record.name);
  if (unusable) return ["unusable", unusable];
  if (answer?.broken || !answer?.runs) return ["late", answer?.broken ?? "no answer"];
  const [first, second] = answer.runs;
  if (ideal === "error" && first !== record.expected) return ["missed", `${first}`];
  if (first !== record.expected) return ["WRONG", `got  ${first}\nwant ${record.expected}`];
  if (second !== undefined && second !== first) return ["WRONG", `second instance ${second}\nwant ${record.expected}`];
  return ["works", ""];
}

/** The excerpt of the source in the message would name everything, so it doesn't count. */
function refused(refusal: Refusal, name: string | undefined): [Outcome, string] {
  const { path = "", reason = "", hint = "" } = refusal;
  const told = `${path}: ${reason}. ${hint}`;
  const isCaptureError = refusal.code === "CAPTURE" && path !== "" && reason !== "" && hint !== "";
  if (!isCaptureError) return ["unnamed", `${refusal.name} ${refusal.stack}`];
  return [told.includes(name ?? "") ? "refused" : "unnamed", told];
}
