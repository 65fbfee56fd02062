/**
 * The tests on AWS do not run by accident.
 *
 * @module-tag long
 */
import { describe, expect, it } from "vitest";
import { newFolder } from "../support/folders.js";
import { runNode } from "../support/run-script.js";

/** No server listens there: whoever asked AWS anything would fail. */
const NOWHERE = { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_REGION: "us-east-1" };
const KEYS = { AWS_ACCESS_KEY_ID: "AKIAHAPPENSTOBETHERE", AWS_SECRET_ACCESS_KEY: "secret" };

/** Sources of the AWS SDK's own, shut. */
const noKeys = () => ({
  AWS_ACCESS_KEY_ID: "",
  AWS_SECRET_ACCESS_KEY: "",
  AWS_PROFILE: "",
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "",
  AWS_CONTAINER_CREDENTIALS_FULL_URI: "",
  AWS_WEB_IDENTITY_TOKEN_FILE: "",
  AWS_EC2_METADATA_DISABLED: "true",
  HOME: newFolder(),
  USERPROFILE: newFolder(),
});

const testLive = (env: NodeJS.ProcessEnv) =>
  runNode(["--import", "tsx", "test/live/main.ts"], {
    env: { ...NOWHERE, NODEWREN_STORE: "s3://some-bucket", ...env },
  });

describe("npm run test:live", () => {
  it("says in one line that it was not asked for, even where there are credentials", async () => {
    expect(await testLive({ ...KEYS, NODEWREN_LIVE: "" })).toMatchObject({
      code: 0,
      stdout: "SKIPPED: every test on AWS: NODEWREN_LIVE is not 1, and without it no account is touched\n",
    });
  });

  it("says in one line that there are no credentials", async () => {
    const { code, stdout } = await testLive({ ...noKeys(), NODEWREN_LIVE: "1" });
    expect(stdout).toMatch(/^SKIPPED: every test on AWS: there are no AWS credentials: .*\n$/);
    expect(code).toBe(0);
  });

  it("fails where it was asked for and AWS does not answer", async () => {
    const { code, stdout, stderr } = await testLive({ ...KEYS, NODEWREN_LIVE: "1" });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("sts:GetCallerIdentity");
  });
});
