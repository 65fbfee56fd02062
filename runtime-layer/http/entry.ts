/** Entry in a container of one's own: a server of shards on the port that the platform names. */
import { serve, servedEnvironment, workerBeside } from "../../src/serve/main.js";

/** As Cloud Run and most others expect. */
const DEFAULT_PORT = 8080;

const { PORT, HOST } = process.env;
void serve({
  ...servedEnvironment(),
  port: Number(PORT || DEFAULT_PORT),
  host: HOST || "0.0.0.0",
  entry: workerBeside(import.meta.url),
});
