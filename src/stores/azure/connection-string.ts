/** Connection strings of Azure Storage: `Name=value` pairs, separated by `;` (Microsoft's "Configure Azure Storage connection strings"). */

export interface ConnectionString {
  account: string | undefined;
  accountKey: string | undefined;
  sasToken: string | undefined;
  /** Of the blob service; undefined where the string leaves it to the default. */
  endpoint: string | undefined;
}

const PUBLIC_SUFFIX = "core.windows.net";

export function readConnectionString(text: string): ConnectionString {
  const values = new Map(
    text.split(";").map((pair): [string, string] => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at).trim().toLowerCase(), pair.slice(at + 1).trim()];
    }),
  );
  const blob = values.get("blobendpoint") || undefined;
  const account = values.get("accountname") || accountOf(blob);
  const suffix = values.get("endpointsuffix") || PUBLIC_SUFFIX;
  const protocol = values.get("defaultendpointsprotocol") || "https";
  return {
    account,
    accountKey: values.get("accountkey") || undefined,
    sasToken: values.get("sharedaccesssignature") || undefined,
    endpoint: blob ?? (account && suffix !== PUBLIC_SUFFIX ? `${protocol}://${account}.blob.${suffix}` : undefined),
  };
}

/** Strings with a shared access signature name no account but in the host's name. */
function accountOf(endpoint: string | undefined): string | undefined {
  return endpoint && URL.canParse(endpoint) ? new URL(endpoint).hostname.split(".", 1)[0] : undefined;
}
