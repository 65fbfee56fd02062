// Settings and secrets by environment variables
//
// A function sees the variables that its code names, as they are at `map()`. They are never stored. A captured *text* that looks like a secret
// would be stored with the function: `secrets: "error"` refuses it.
import { CaptureError, Executor } from "nodewren";

process.env["SERVICE_URL"] = "https://service.example";
process.env["SERVICE_TOKEN"] = "t0p-s3cret";
const token = "ghp_0123456789abcdefghijABCDEFGHIJ012345";

await using executor = new Executor({ workers: 1, env: { REGION: "north" } });
const call = (path: string) =>
  `${process.env["SERVICE_URL"]}/${process.env["REGION"]}/${path}, token of ${process.env["SERVICE_TOKEN"]?.length} letters`;
console.log(await executor.call(call, "birds"));

try {
  await executor.map((path: string) => `${path}?token=${token}`, ["birds"], { secrets: "error" });
} catch (error) {
  console.log(error instanceof CaptureError, (error as CaptureError).path);
}

// Prints:
// https://service.example/north/birds, token of 10 letters
// true token
