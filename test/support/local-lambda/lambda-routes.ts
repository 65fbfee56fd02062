/** Lambda's REST API: which path and method is which action, on which resource. */
import { type ApiCall, type Handler, permit } from "./call.js";
import * as config from "./event-config.js";
import * as functions from "./functions.js";
import type { HttpRequest } from "./http.js";
import { type Enqueue, newInvoke } from "./invoke.js";
import * as layers from "./layers.js";
import * as tags from "./tags.js";
import * as versions from "./versions.js";

export interface Route {
  method: string;
  /** Without the date in front; `:name` takes one part of the path. */
  path: string;
  /** As policies name it. */
  action: string;
  handle: Handler;
  /** What policies are held against; without it, the handler asks for permission itself. */
  resource?: (call: ApiCall) => string | undefined;
}

const anything = () => undefined;
const FUNCTION = "/functions/:name";
const PROVISIONED = "/provisioned-concurrency";
const LAYER = "/layers/:layer/versions";

export function lambdaRoutes(enqueue: Enqueue): Route[] {
  const onFunction = (method: string, path: string, name: string, handle: Handler): Route => {
    return { method, path: FUNCTION + path, action: `lambda:${name}`, handle, resource: functions.functionArn };
  };
  const onLayer = (method: string, path: string, name: string, handle: Handler): Route => {
    return { method, path: LAYER + path, action: `lambda:${name}`, handle, resource: layers.layerArn };
  };
  const onTags = (method: string, name: string, handle: Handler): Route => {
    return { method, path: "/tags/:arn", action: `lambda:${name}`, handle, resource: ({ params }) => params["arn"] };
  };
  const onAccount = (path: string, name: string, handle: Handler): Route => {
    return { method: "GET", path, action: `lambda:${name}`, handle, resource: anything };
  };
  return [
    // Which function is to be made stands in the body.
    { method: "POST", path: "/functions", action: "lambda:CreateFunction", handle: functions.createFunction },
    onAccount("/functions", "ListFunctions", functions.listFunctions),
    onAccount("/account-settings", "GetAccountSettings", functions.getAccountSettings),
    onAccount("/layers", "ListLayers", layers.listLayers),
    onFunction("GET", "", "GetFunction", functions.getFunction),
    onFunction("DELETE", "", "DeleteFunction", functions.deleteFunction),
    onFunction("GET", "/configuration", "GetFunctionConfiguration", functions.getFunctionConfiguration),
    onFunction("PUT", "/configuration", "UpdateFunctionConfiguration", functions.updateFunctionConfiguration),
    onFunction("PUT", "/code", "UpdateFunctionCode", functions.updateFunctionCode),
    onFunction("POST", "/invocations", "InvokeFunction", newInvoke(enqueue)),
    onFunction("PUT", "/concurrency", "PutFunctionConcurrency", config.putConcurrency),
    onFunction("GET", "/concurrency", "GetFunctionConcurrency", config.getConcurrency),
    onFunction("DELETE", "/concurrency", "DeleteFunctionConcurrency", config.deleteConcurrency),
    onFunction("PUT", "/event-invoke-config", "PutFunctionEventInvokeConfig", config.putEventConfig),
    onFunction("POST", "/event-invoke-config", "UpdateFunctionEventInvokeConfig", config.updateEventConfig),
    onFunction("GET", "/event-invoke-config", "GetFunctionEventInvokeConfig", config.getEventConfig),
    onFunction("DELETE", "/event-invoke-config", "DeleteFunctionEventInvokeConfig", config.deleteEventConfig),
    onFunction("POST", "/versions", "PublishVersion", versions.publishVersion),
    onFunction("POST", "/aliases", "CreateAlias", versions.createAlias),
    onFunction("GET", "/aliases", "ListAliases", versions.listAliases),
    onFunction("GET", "/aliases/:alias", "GetAlias", versions.getAlias),
    onFunction("PUT", "/aliases/:alias", "UpdateAlias", versions.updateAlias),
    onFunction("DELETE", "/aliases/:alias", "DeleteAlias", versions.deleteAlias),
    onFunction("PUT", PROVISIONED, "PutProvisionedConcurrencyConfig", versions.putProvisioned),
    onFunction("GET", PROVISIONED, "GetProvisionedConcurrencyConfig", versions.getProvisioned),
    onFunction("DELETE", PROVISIONED, "DeleteProvisionedConcurrencyConfig", versions.deleteProvisioned),
    onLayer("POST", "", "PublishLayerVersion", layers.publishLayerVersion),
    onLayer("GET", "", "ListLayerVersions", layers.listLayerVersions),
    onLayer("GET", "/:version", "GetLayerVersion", layers.getLayerVersion),
    onLayer("DELETE", "/:version", "DeleteLayerVersion", layers.deleteLayerVersion),
    onTags("GET", "ListTags", tags.listTags),
    onTags("POST", "TagResource", tags.tagResource),
    onTags("DELETE", "UntagResource", tags.untagResource),
  ];
}

export interface Match {
  route: Route;
  params: Record<string, string>;
}

export function matchRoute(routes: readonly Route[], { method, path }: HttpRequest): Match | undefined {
  const parts = path.replace(/^\/\d{4}-\d\d-\d\d/, "").split("/");
  for (const route of routes) {
    const wanted = route.path.split("/");
    if (route.method !== method || wanted.length !== parts.length) continue;
    if (!wanted.every((part, i) => part.startsWith(":") || part === parts[i])) continue;
    const named = wanted.flatMap((part, i) => (part.startsWith(":") ? [[part.slice(1), parts[i]]] : []));
    return { route, params: Object.fromEntries(named) };
  }
  return undefined;
}

export function runRoute({ route }: Match, call: ApiCall) {
  if (route.resource) permit(call, route.action, route.resource(call));
  return route.handle(call);
}
