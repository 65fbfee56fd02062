/** Names of Lambda functions, in every form that its API takes. */

/** As in the API's reference of `Invoke`: partition, region, account, name, and version or alias. */
export const FUNCTION_NAME =
  /^(?:arn:aws[a-z-]*:lambda:)?(?:(?<region>[a-z]{2,}(?:-[a-z]+)+-\d):)?(?:\d{12}:)?(?:function:)?(?<name>[\w-]{1,64})(?::(?<qualifier>\$LATEST(?:\.PUBLISHED)?|[\w-]{1,128}))?$/;

export interface FunctionName {
  /** The whole, as it was given. */
  given: string;
  /** The same without version or alias: some settings belong to the function as a whole. */
  unqualified: string;
  /** Of an ARN; undefined when there is none in it. */
  region: string | undefined;
}

export function parseFunctionName(given: string): FunctionName {
  const { region, qualifier } = FUNCTION_NAME.exec(given)?.groups ?? {};
  const unqualified = qualifier === undefined ? given : given.slice(0, -(qualifier.length + 1));
  return { given, unqualified, region };
}
