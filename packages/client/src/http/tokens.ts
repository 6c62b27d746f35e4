import { type MintedToken, mintedTokenSchema, type RoomRole } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import { ClientError, errorOfResponse } from "../errors.ts";

/** A cached token is not used in its last 30 seconds. */
const MARGIN_MS = 30_000;

type Mint = (room: string, wanted: { role?: RoomRole }) => Promise<MintedToken>;

/** Room tokens: one request for all who ask at once, kept until shortly before they expire. */
export class Tokens {
  readonly #environment: Environment;
  readonly #mint: Mint;
  readonly #cached = new Map<string, Promise<MintedToken>>();

  constructor(environment: Environment, mint: Mint) {
    this.#environment = environment;
    this.#mint = mint;
  }

  async get(room: string, wanted: { role?: RoomRole } = {}): Promise<MintedToken> {
    const key = `${room} ${wanted.role ?? ""}`;
    const cached = this.#cached.get(key);
    if (cached !== undefined) {
      const token = await cached.catch(() => undefined);
      if (token !== undefined && Date.parse(token.expiresAt) - this.#environment.unixMs() > MARGIN_MS)
        return token;
      if (this.#cached.get(key) === cached) this.#cached.delete(key);
    }
    const pending = this.#cached.get(key) ?? this.#mint(room, wanted);
    this.#cached.set(key, pending);
    pending.catch(() => {
      if (this.#cached.get(key) === pending) this.#cached.delete(key);
    });
    return pending;
  }

  /** The server refused the token: the next `get` asks for another. */
  forget(room: string): void {
    for (const key of this.#cached.keys()) if (key.startsWith(`${room} `)) this.#cached.delete(key);
  }
}

/** Mints through control with the page's session cookie. */
export function mintFromControl(environment: Environment, url: string): Mint {
  return async (room, wanted) => {
    const response = await environment.fetch(`${url}/api/rooms/${encodeURIComponent(room)}/tokens`, {
      method: "POST",
      credentials: "include",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(wanted),
    });
    if (!response.ok) throw await errorOfResponse(response);
    const parsed = mintedTokenSchema.safeParse(await response.json());
    if (!parsed.success)
      throw new ClientError("network.unreachable", "The server's answer cannot be understood.");
    return parsed.data;
  };
}
