import type { MintedToken, RoomRole } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import { ClientError, errorOfResponse } from "../errors.ts";
import { parseMintedToken } from "./answers.ts";
import { within } from "./within.ts";

/** A cached token is not used in its last 30 seconds. */
const MARGIN_MS = 30_000;
const MINT_TIMEOUT_MS = 10_000;

type Mint = (room: string, wanted: { role?: RoomRole }) => Promise<MintedToken>;

/** Room tokens: one request for all who ask at once, kept until shortly before they expire. */
export class Tokens {
  readonly #environment: Environment;
  readonly #mint: Mint;
  readonly #cached = new Map<string, Promise<MintedToken>>();
  readonly #role: RoomRole | undefined;
  readonly #others = new Map<RoomRole, Tokens>();
  /** Those that came. */
  readonly #known = new Map<string, MintedToken>();

  /** `role`: asked for in every token; default: whatever one may be. */
  constructor(environment: Environment, mint: Mint, role?: RoomRole) {
    this.#environment = environment;
    this.#mint = mint;
    this.#role = role;
  }

  /** Tokens of another role, kept apart from these. */
  as(role: RoomRole): Tokens {
    const tokens = this.#others.get(role) ?? new Tokens(this.#environment, this.#mint, role);
    this.#others.set(role, tokens);
    return tokens;
  }

  /** Rejects with what `mint` threw, or `network.unreachable` when it takes longer than 10 s. */
  async get(room: string): Promise<MintedToken> {
    const cached = this.#cached.get(room);
    if (cached !== undefined) {
      const token = await cached.catch(() => undefined);
      if (token !== undefined && this.#isValid(token)) return token;
      if (this.#cached.get(room) === cached) this.#cached.delete(room);
    }
    return this.#cached.get(room) ?? this.#request(room);
  }

  /** The room's token, when there is a valid one. */
  known(room: string): MintedToken | undefined {
    const token = this.#known.get(room);
    return token !== undefined && this.#isValid(token) ? token : undefined;
  }

  /** The server refused the token: the next `get` asks for another. */
  forget(room: string): void {
    this.#cached.delete(room);
    this.#known.delete(room);
  }

  #isValid(token: MintedToken): boolean {
    return Date.parse(token.expiresAt) - this.#environment.unixMs() > MARGIN_MS;
  }

  #request(room: string): Promise<MintedToken> {
    const pending = within(this.#environment, MINT_TIMEOUT_MS, async () =>
      this.#mint(room, this.#role === undefined ? {} : { role: this.#role }),
    );
    this.#cached.set(room, pending);
    pending.then(
      (token) => void this.#known.set(room, token),
      () => {
        if (this.#cached.get(room) === pending) this.#cached.delete(room);
      },
    );
    return pending;
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
    const token = parseMintedToken(await response.json().catch(() => undefined));
    if (token === undefined)
      throw new ClientError("network.unreachable", "The server's answer cannot be understood.");
    return token;
  };
}
