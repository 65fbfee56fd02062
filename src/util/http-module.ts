/** Node's modules for HTTP, loaded when they are first needed: each process would take a tenth of its start for them, and few need them. */
import type { Agent, request } from "node:http";

export interface HttpModule {
  Agent: typeof Agent;
  request: typeof request;
}

/** The one that serves the URL's protocol. */
export async function httpModuleFor(url: string): Promise<HttpModule> {
  return url.startsWith("https:") ? import("node:https") : import("node:http");
}
