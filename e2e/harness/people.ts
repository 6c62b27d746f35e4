import type { MintedToken, RoomDetail } from "@sameroom/contract";

/** An account of an app under test, acting through REST with its session cookie. */
export class Person {
  readonly username: string;
  readonly #url: string;
  readonly #cookie: string;

  private constructor(url: string, username: string, cookie: string) {
    this.#url = url;
    this.username = username;
    this.#cookie = cookie;
  }

  static async signUp(url: string, username: string): Promise<Person> {
    const password = "a long enough password";
    const body = { username, displayName: username[0]!.toUpperCase() + username.slice(1), password };
    return new Person(url, username, await sessionOf(url, "/api/accounts", body));
  }

  static async logIn(url: string, login: { username: string; password: string }): Promise<Person> {
    return new Person(url, login.username, await sessionOf(url, "/api/session", login));
  }

  /** The session for a browser context. */
  get cookie(): { name: string; value: string; url: string } {
    const [name, ...value] = this.#cookie.split("=");
    return { name: name!, value: value.join("="), url: this.#url };
  }

  async request(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.#url}${path}`, {
      method,
      headers: {
        cookie: this.#cookie,
        origin: this.#url,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Where a test is tried again, the room of the first try will do. */
  async createRoom(slug: string, title = `The ${slug} show`): Promise<void> {
    const response = await this.request("POST", "/api/rooms", { slug, title });
    if (response.status !== 201 && response.status !== 409)
      throw new Error(`room not created: ${await response.text()}`);
  }

  async room(slug: string): Promise<RoomDetail> {
    return (await (await this.request("GET", `/api/rooms/${slug}`)).json()) as RoomDetail;
  }

  /** A new stream key of the room; an older one stops working. */
  async makeStreamKey(room: string): Promise<string> {
    const response = await this.request("POST", `/api/rooms/${room}/stream-key`);
    if (response.status !== 201) throw new Error(`no stream key: ${await response.text()}`);
    return ((await response.json()) as { key: string }).key;
  }

  /** Secret of a new API key. */
  async makeApiKey(): Promise<string> {
    const response = await this.request("POST", "/api/api-keys", { name: "end to end" });
    if (response.status !== 201) throw new Error(`no API key: ${await response.text()}`);
    return ((await response.json()) as { secret: string }).secret;
  }

  async mint(room: string, body: object = {}): Promise<MintedToken> {
    const response = await this.request("POST", `/api/rooms/${room}/tokens`, body);
    if (response.status !== 201) throw new Error(`no token: ${await response.text()}`);
    return (await response.json()) as MintedToken;
  }
}

async function sessionOf(url: string, path: string, body: object): Promise<string> {
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify(body),
  });
  const cookie = response.headers.getSetCookie()[0]?.split(";")[0];
  if (!response.ok || cookie === undefined) throw new Error(`no session: ${await response.text()}`);
  return cookie;
}

/** A token as a visitor without an account gets it. */
export async function mintAsVisitor(url: string, room: string, body: object = {}): Promise<Response> {
  return fetch(`${url}/api/rooms/${room}/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify(body),
  });
}

/** A token as an integrator's server gets it. */
export async function mintWithKey(
  url: string,
  key: string,
  room: string,
  body: object,
): Promise<MintedToken> {
  const response = await fetch(`${url}/api/rooms/${room}/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  if (response.status !== 201) throw new Error(`no token: ${await response.text()}`);
  return (await response.json()) as MintedToken;
}
