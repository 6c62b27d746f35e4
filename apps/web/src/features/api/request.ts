import { ERRORS, problemSchema } from "@sameroom/contract";
import { ApiError } from "./api-error.ts";

export interface RequestOptions<Value> {
  method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Sent as JSON, a Blob as it is. */
  body?: unknown;
  /** Checks and types the answer; without it the answer's body is not read. */
  schema?: { parse(value: unknown): Value };
  signal?: AbortSignal;
  /** Goes on when the page is left meanwhile. */
  keepalive?: boolean;
}

/** One call of the REST API with the session cookie. Throws `ApiError` with a message for a person. */
export async function request<Value = void>(
  path: string,
  options: RequestOptions<Value> = {},
): Promise<Value> {
  const { method = "GET", body, schema, signal, keepalive } = options;
  const raw = body instanceof Blob;
  const init: RequestInit = { method, credentials: "same-origin", headers: { accept: "application/json" } };
  if (signal) init.signal = signal;
  if (keepalive) init.keepalive = true;
  if (body !== undefined) {
    init.headers = { accept: "application/json", "content-type": raw ? body.type : "application/json" };
    init.body = raw ? body : JSON.stringify(body);
  }
  const response = await send(path, init);
  if (!response.ok) throw await problemOf(response);
  if (!schema) return undefined as Value;
  return schema.parse(await response.json());
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError("network.unreachable", "The server cannot be reached. Check your connection.");
  }
}

async function problemOf(response: Response): Promise<ApiError> {
  const parsed = problemSchema.safeParse(await response.json().catch(() => null));
  if (parsed.success) {
    return new ApiError(parsed.data.code, parsed.data.detail ?? parsed.data.title, parsed.data);
  }
  const code = response.status >= 500 ? "server.unavailable" : "request.invalid";
  return new ApiError(code, ERRORS[code].message);
}
