/** The messages between the host and a local worker as frames. What comes from a worker is data that anybody may have written. */
import { isFlag, isNumber, orNone, wrongField } from "./checks.js";
import { encodeFrame, type Frame, type FrameLimits, FrameReader } from "./frames.js";
import { isFailure } from "./message-checks.js";
import { type Answer, type FromWorker, MAX_ANSWER_BYTES, type ToWorker } from "./messages.js";

/** A worker's messages are short, but for the text of a failure. */
const FROM_WORKER: FrameLimits = { json: 16 * 1024 * 1024, body: MAX_ANSWER_BYTES };

const FROM_HOST: FrameLimits = { json: 2 ** 32, body: 2 ** 32 };

export function encodeToWorker(message: ToWorker): Uint8Array[] {
  if (message.type !== "run") return encodeFrame(message);
  const { inputs, ...request } = message.request;
  return encodeFrame({ type: "run", request, hasInputs: inputs !== undefined }, inputs);
}

export function encodeFromWorker(message: FromWorker): Uint8Array[] {
  if (message.type !== "done") return encodeFrame(message);
  const { attemptId, answer, retire } = message;
  const { result, writeMs, isUnstored } = answer;
  return encodeFrame({ type: "done", attemptId, writeMs, isUnstored, retire, hasResult: result !== undefined }, result);
}

/** The host's messages, which are trusted. */
export class ToWorkerReader {
  readonly #frames = new FrameReader(FROM_HOST);

  add(chunk: Buffer): ToWorker[] {
    return this.#frames.add(chunk).map(({ json, body }) => {
      const message = json as ToWorker & { hasInputs?: boolean };
      if (message.type !== "run") return message;
      const { type, request, hasInputs } = message;
      return { type, request: hasInputs ? { ...request, inputs: body } : request };
    });
  }
}

/** A worker's messages. */
export class FromWorkerReader {
  readonly #frames = new FrameReader(FROM_WORKER);

  /** Throws when anything else came: who wrote it is not to be trusted any more. */
  add(chunk: Buffer): FromWorker[] {
    return this.#frames.add(chunk).map(readFromWorker);
  }
}

type Fields = Record<string, unknown>;

/** The message in a frame of a worker. Throws `TypeError` unless it is one, with all that it must have. */
export function readFromWorker({ json, body }: Frame): FromWorker {
  const { type, attemptId, ...fields } = (typeof json === "object" && json !== null ? json : {}) as Fields;
  if (type === "ready") return { type };
  if (typeof attemptId === "string") {
    if (type === "done" && isDone(fields)) {
      const { writeMs, isUnstored, retire, hasResult } = fields;
      return {
        type,
        attemptId,
        retire,
        answer: { attemptId, writeMs, isUnstored, result: hasResult ? body : undefined },
      };
    }
    if (type === "failed" && isFailure(fields.failure)) return { type, attemptId, failure: fields.failure };
  }
  throw new TypeError("The frame holds no message of a worker.");
}

interface Done extends Pick<Answer, "writeMs" | "isUnstored"> {
  retire: boolean;
  hasResult: boolean;
}

const DONE = { writeMs: isNumber, isUnstored: orNone(isFlag), retire: isFlag, hasResult: isFlag };

function isDone(fields: Fields): fields is Fields & Done {
  return wrongField(fields, DONE) === undefined;
}
