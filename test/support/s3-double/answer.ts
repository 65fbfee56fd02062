/** What the double answers, and the errors that S3 knows, with their status. */
import { documentOf, elements } from "./xml.js";

export interface Answer {
  status: number;
  headers?: Record<string, string | undefined>;
  body?: Buffer;
}

/** Status of each error code that the double gives (Amazon S3 API reference, "Error responses"). */
const STATUS = {
  AccessDenied: 403,
  AuthorizationHeaderMalformed: 400,
  BadDigest: 400,
  BucketNotEmpty: 409,
  EntityTooSmall: 400,
  IncompleteBody: 400,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidToken: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  MalformedXML: 400,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchTagSet: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  NotModified: 304,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  XAmzContentSHA256Mismatch: 400,
} as const;

export class S3Refusal extends Error {
  readonly answer: Answer;

  constructor(code: keyof typeof STATUS, message: string = code, headers: Answer["headers"] = {}) {
    super(message);
    this.answer = errorAnswer(STATUS[code], code, message, headers);
  }
}

export function errorAnswer(status: number, code: string, message = code, headers: Answer["headers"] = {}): Answer {
  const body = status === 304 ? {} : { body: errorBody(code, message) };
  return { status, headers: { "content-type": "application/xml", ...headers }, ...body };
}

function errorBody(code: string, message: string): Buffer {
  // Errors are outside of the namespace of the other documents.
  return Buffer.from(
    documentOf("Error", elements({ Code: code, Message: message }))
      .toString()
      .replace(/ xmlns="[^"]*"/, ""),
  );
}

export function xmlAnswer(name: string, content: string): Answer {
  return { status: 200, headers: { "content-type": "application/xml" }, body: documentOf(name, content) };
}
