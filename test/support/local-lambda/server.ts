/** The one HTTP server before all services: which service, who asks, what goes wrong on purpose. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Account, newId } from "./account.js";
import { ApiError } from "./api-error.js";
import type { ApiCall } from "./call.js";
import type { EventQueue } from "./event-queue.js";
import type { Fault } from "./faults.js";
import { type HttpAnswer, type HttpRequest, jsonAnswer, readRequest, sendAnswer } from "./http.js";
import { lambdaRoutes, type Match, matchRoute, runRoute } from "./lambda-routes.js";
import { answerLogs } from "./log-groups.js";
import { answerQuery } from "./query-services.js";
import { accessKeyOf } from "./recorder.js";
import { STS_ACTIONS } from "./sts.js";

/** Clients that keep connections would meet hang-ups on a shorter one. */
const KEEP_ALIVE_MS = 65_000;

export function newServer(account: Account, events: EventQueue, stats: () => object): Server {
  const routes = lambdaRoutes((...event) => events.add(...event));
  const handle = async (message: IncomingMessage, response: ServerResponse) => {
    const request = await readRequest(message);
    if (request.path === "/_stats") return sendAnswer(response, jsonAnswer(200, stats()));
    const match = matchRoute(routes, request);
    const call: ApiCall = {
      ...request,
      account,
      requestId: newId(),
      accessKeyId: accessKeyOf(request.headers.authorization),
      params: match?.params ?? {},
    };
    const fault = account.faults.take(actionOf(request, match));
    await answerWithFault(fault, response, () => answer(call, match));
  };
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (message, response) => {
    // A client that has gone away needs no answer.
    handle(message, response).catch((error) => {
      if (!response.headersSent && !response.destroyed) sendAnswer(response, restError(newId(), error));
    });
  });
  return server;
}

async function answer(call: ApiCall, match: Match | undefined): Promise<HttpAnswer> {
  const requestId = { "x-amzn-requestid": call.requestId };
  try {
    checkKey(call);
    const answered = await route(call, match);
    return { ...answered, headers: { ...answered.headers, ...requestId } };
  } catch (error) {
    return restError(call.requestId, error);
  }
}

function route(call: ApiCall, match: Match | undefined): HttpAnswer | Promise<HttpAnswer> {
  const target = call.headers["x-amz-target"];
  if (typeof target === "string" && target.startsWith("Logs_")) return answerLogs(call, target);
  if (call.method === "POST" && call.path === "/") return answerQuery(call);
  if (match) return runRoute(match, call);
  throw new ApiError(404, "UnknownOperationException", `This double has no ${call.method} ${call.path}.`);
}

function actionOf(request: HttpRequest, match: Match | undefined): string {
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") return `logs:${target.split(".")[1]}`;
  if (match) return match.route.action;
  const action = new URLSearchParams(request.body.toString()).get("Action");
  if (action?.startsWith("Describe")) return `ec2:${action}`;
  return `${STS_ACTIONS.includes(action ?? "") ? "sts" : "iam"}:${action}`;
}

function checkKey({ account, accessKeyId }: ApiCall): void {
  if (accessKeyId === undefined)
    throw new ApiError(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
  if (account.settings.accessKeyIds?.includes(accessKeyId) === false)
    throw new ApiError(403, "UnrecognizedClientException", "The security token included in the request is invalid.");
}

function restError(requestId: string, error: unknown): HttpAnswer {
  const known =
    error instanceof ApiError ? error : new ApiError(500, "ServiceException", String((error as Error).stack));
  const { status, code, message, extra } = known;
  const type = status < 500 ? "User" : "Service";
  return jsonAnswer(
    status,
    // Some of Lambda's errors spell it one way, some the other; clients read both.
    { Type: type, message, Message: message, ...extra.fields },
    { "x-amzn-errortype": code, "x-amzn-requestid": requestId, ...extra.headers },
  );
}

const FAULT_ERRORS: Partial<Record<Fault, ApiError>> = {
  429: new ApiError(429, "TooManyRequestsException", "Rate Exceeded.", {
    fields: { Reason: "CallerRateLimitExceeded" },
  }),
  500: new ApiError(500, "ServiceException", "Internal service error."),
  503: new ApiError(503, "ServiceUnavailableException", "Service unavailable."),
};

async function answerWithFault(
  fault: Fault | undefined,
  response: ServerResponse,
  run: () => Promise<HttpAnswer>,
): Promise<void> {
  const error = fault === undefined ? undefined : FAULT_ERRORS[fault];
  if (error) return sendAnswer(response, restError(newId(), error));
  if (fault === "cut-before") return void response.socket?.resetAndDestroy();
  if (fault === "html") return sendAnswer(response, { status: 502, headers: HTML, body: "<html>Bad Gateway</html>" });
  const answered = await run();
  if (fault === "cut-after") response.socket?.resetAndDestroy();
  else if (fault !== "silent") sendAnswer(response, answered);
}

const HTML = { "content-type": "text/html" };
