/** What to do about the errors of Azure Blob Storage, by their codes. */
import type { RestAction } from "../rest/dialect.js";
import { type Fault, statusOf } from "../retry.js";
import type { AzureSettings } from "./options.js";

export function azureHint(fault: Fault, { verb }: RestAction, settings: AzureSettings): string | undefined {
  const { account, container } = settings;
  const { name = "", code } = fault;
  switch (name) {
    case "ContainerNotFound":
      return `Make the container (az storage container create --account-name ${account} --name ${container}), or correct its name.`;
    case "AuthenticationFailed":
    case "InvalidAuthenticationInfo":
      return `See that the key or signature is one of account ${account} and has not expired, and that this machine's clock is right (${new Date().toISOString()}).`;
    case "KeyBasedAuthenticationNotPermitted":
      return `Account ${account} takes no keys. Unset AZURE_STORAGE_CONNECTION_STRING and AZURE_STORAGE_KEY, run npm install @azure/identity, and sign in, for example with az login.`;
    case "BlobNotFound":
      return undefined;
  }
  if (code === "ENOTFOUND" && settings.endpoint === undefined)
    return `There seems to be no storage account ${account}, or the network's name server cannot be reached. Correct the name, or set the endpoint.`;
  if (statusOf(fault) === 401 || statusOf(fault) === 403)
    return `Give these credentials the right to ${verb} blobs: the role "Storage Blob Data Contributor" on container ${container} of account ${account}, or a signature with the permissions r, w, c, d and l. They have to be of that account, and its firewall has to let this machine in.`;
  return undefined;
}
