/** Agents for the clients of the AWS SDK: through the proxy that HTTPS_PROXY and its like name, at which the SDK itself does not look. */
import type { Agent, AgentOptions } from "node:http";
import { OptionError } from "../errors.js";

/** As the SDK's request handler takes them: an agent, or the options of one that it makes. */
export interface Agents {
  httpAgent: Agent | AgentOptions;
  httpsAgent: Agent | AgentOptions;
}

/** What programs take a proxy from by convention, in capitals or not. */
const PROXY_VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY"];

/** Oldest releases, by major version, whose agents know the variables (Node's documentation, "Built-in Proxy Support"). */
const KNOWING_MINOR: Record<number, number> = { 22: 21, 24: 5 };

/**
 * Agents for an endpoint, or for AWS. One that the user gives serves all. Servers of this machine are reached without a proxy.
 *
 * @throws OptionError (as a rejection) where a proxy is named that neither this Node nor an installed package knows how to use
 */
export async function agentsFor(
  endpoint: string | undefined,
  options: AgentOptions,
  given?: Agent | undefined,
): Promise<Agents> {
  const agent = given ?? (isProxied(endpoint) ? await proxyAgent(endpoint, options) : options);
  return { httpAgent: agent, httpsAgent: agent };
}

function isProxied(endpoint: string | undefined): boolean {
  const isNamed = PROXY_VARIABLES.some((name) => process.env[name] || process.env[name.toLowerCase()]);
  return isNamed && !(endpoint && /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(endpoint).hostname));
}

/** Whether it goes through the proxy is decided for each request: NO_PROXY may name its host. */
async function proxyAgent(endpoint: string | undefined, options: AgentOptions): Promise<Agent | AgentOptions> {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 24 || minor >= (KNOWING_MINOR[major] ?? Infinity))
    return { ...options, proxyEnv: process.env } as AgentOptions;
  try {
    const { ProxyAgent } = await import("proxy-agent");
    // It forgets to name the proxied host on connections that are used again, unless they are tunnels.
    const isTunnel = endpoint === undefined || endpoint.startsWith("https:");
    return new ProxyAgent({ ...options, keepAlive: isTunnel && options.keepAlive === true });
  } catch (cause) {
    throw new OptionError(
      "HTTPS_PROXY",
      `The environment names a proxy (HTTPS_PROXY or HTTP_PROXY), which Node ${process.version} does not know by itself. Run: npm install proxy-agent, or take Node 22.21 or 24.5 or later, or give S3Store and LambdaBackend the option agent.`,
      { cause },
    );
  }
}

/** Whether it can serve as the option `agent`. */
export function isAgent(value: unknown): value is Agent {
  return typeof value === "object" && value !== null && typeof (value as { destroy?: unknown }).destroy === "function";
}
