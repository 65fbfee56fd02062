/** Entry as a custom handler of Azure Functions: a server that the Functions host starts, and asks on a port that it names. */
import { azureDialect, serve, servedEnvironment, workerBeside } from "../../src/serve/main.js";

void serve({
  ...servedEnvironment(),
  port: Number(process.env["FUNCTIONS_CUSTOMHANDLER_PORT"]),
  host: "127.0.0.1",
  entry: workerBeside(import.meta.url),
  dialect: azureDialect,
});
