/**
 * What the bundled worker has in place of `@aws-sdk/credential-provider-node`: Lambda gives a function its role's credentials in variables, or by
 * an address of its own (AWS, "Configuration settings and authentication access for functions"). The profiles, single sign-on and identity
 * services that the SDK's own chain knows are a tenth of the worker's code.
 */
import { fromEnv } from "@aws-sdk/credential-provider-env";
import { fromHttp } from "@aws-sdk/credential-provider-http";

/** Read at load: a call that takes its environment away must not take the worker's credentials with it. */
const fromVariables = process.env.AWS_ACCESS_KEY_ID === undefined ? undefined : fromEnv()();
// Whoever asks for them is told.
fromVariables?.catch(() => {});

export const defaultProvider = () => () => fromVariables ?? fromHttp()();
