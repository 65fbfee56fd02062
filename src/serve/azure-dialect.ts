/**
 * How the host of Azure Functions asks a custom handler. With `enableForwardingHttpRequest` it passes requests on as they are; else
 * it makes an object of each, and of what it is answered.
 */
import { jsonOf } from "./http-answer.js";
import { type Dialect, PLAIN } from "./http-server.js";

/** Name of the trigger's binding in our function.json, under which the request comes. */
const TRIGGER = "req";
/** Name of the binding that the answer goes to. */
const OUTPUT = "res";

export const azureDialect: Dialect = (body) => {
  const { Data } = (body ?? {}) as { Data?: Record<string, { Body?: unknown } | undefined> };
  const trigger = Data?.[TRIGGER];
  if (!trigger) return PLAIN(body);
  return {
    sealed: typeof trigger.Body === "string" ? jsonOf(trigger.Body) : trigger.Body,
    wrap: ({ status, body: answer }) => {
      const headers = { "content-type": "application/json" };
      const output = { statusCode: status, headers, body: JSON.stringify(answer) };
      return { status: 200, body: { Outputs: { [OUTPUT]: output }, Logs: [], ReturnValue: null } };
    },
  };
};
