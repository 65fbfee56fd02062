/**
 * What the bundled worker has in place of `@aws-sdk/credential-provider-node`: Lambda gives a function its role's credentials in variables, or by
 * an address of its own (AWS, "Configuration settings and authentication access for functions"). The profiles, single sign-on and identity
 * services that the SDK's own chain knows are a tenth of the worker's code.
 */
import { fromEnv } from "@aws-sdk/credential-provider-env";
import { fromHttp } from "@aws-sdk/credential-provider-http";

export const defaultProvider = () => async () => {
  const provider = process.env.AWS_ACCESS_KEY_ID ? fromEnv() : fromHttp();
  return provider();
};
