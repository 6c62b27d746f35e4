import type { Control } from "../compose.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What came back. */
export interface Answer {
  status: number;
  // Tests look into bodies of any shape.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  body: any;
  headers: Record<string, string | string[] | number | undefined>;
}

/** Somebody who speaks to control: keeps cookies like a browser, or carries an API key. */
export interface Client {
  call(method: Method, url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  readonly cookies: Map<string, string>;
  bearer: string | null;
  /** Where its requests come from. */
  remoteAddress: string;
}

export function createClient(control: Control, options: { bearer?: string } = {}): Client {
  const cookies = new Map<string, string>();
  const client: Client = {
    cookies,
    bearer: options.bearer ?? null,
    remoteAddress: "192.0.2.7",
    async call(method, url, body, headers = {}) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const raw = Buffer.isBuffer(body);
      const response = await control.http.inject({
        method,
        url,
        remoteAddress: client.remoteAddress,
        headers: {
          host: "sameroom.test:8080",
          ...(cookie === "" ? {} : { cookie }),
          ...(client.bearer === null ? {} : { authorization: `Bearer ${client.bearer}` }),
          ...(body === undefined || raw ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: raw ? body : JSON.stringify(body) }),
      });
      for (const { name, value } of response.cookies) {
        if (value === "") cookies.delete(name);
        else cookies.set(name, value);
      }
      const json = String(response.headers["content-type"] ?? "").includes("json");
      return {
        status: response.statusCode,
        body: json ? JSON.parse(response.payload) : response.payload,
        headers: response.headers,
      };
    },
  };
  return client;
}

let people = 0;

/** A new account's browser, logged in. */
export async function signUp(control: Control, name = `person${++people}`): Promise<Client & { id: string }> {
  const client = createClient(control);
  const answer = await client.call("POST", "/api/accounts", {
    username: name,
    displayName: `The ${name}`,
    password: "correct horse",
  });
  if (answer.status !== 201) throw new Error(`sign-up failed: ${JSON.stringify(answer.body)}`);
  return Object.assign(client, { id: answer.body.id as string });
}

/** A caller with an API key of this account. */
export async function withApiKey(control: Control, owner: Client): Promise<Client> {
  const answer = await owner.call("POST", "/api/api-keys", { name: "test" });
  return createClient(control, { bearer: answer.body.secret });
}

/** The first admin's browser; call once per database. */
export async function logInAdmin(control: Control): Promise<Client & { id: string }> {
  const admin = await control.ensureAdmin();
  if (admin === null) throw new Error("there is an admin already");
  const client = createClient(control);
  const answer = await client.call("POST", "/api/session", admin);
  return Object.assign(client, { id: answer.body.id as string });
}
