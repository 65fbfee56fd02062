/** What the services answer when they refuse. Each service's front writes it in its own protocol. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly extra: { headers?: Record<string, string>; fields?: Record<string, unknown> } = {},
  ) {
    super(message);
  }
}

export const invalidParameter = (message: string) => new ApiError(400, "InvalidParameterValueException", message);
export const notFound = (message: string) => new ApiError(404, "ResourceNotFoundException", message);
export const conflict = (message: string) => new ApiError(409, "ResourceConflictException", message);

/** As the services word a value that breaks a constraint of the API's model. */
export function constraint(member: string, value: unknown, rule: string): ApiError {
  const text = `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${rule}`;
  return new ApiError(400, "ValidationException", text);
}
