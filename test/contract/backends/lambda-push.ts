import { openLambda } from "../../support/lambda-under-test.js";
import type { BackendUnderTest } from "../backend-under-test.js";

export const lambda: BackendUnderTest = {
  name: "lambda-push",
  real: "AWS' runtime client and SDK; a stand-in for Lambda itself",
  open: () => openLambda("push"),
};
