import { type Algorithm, hash, verify } from "@node-rs/argon2";
import { ProblemError } from "../../problem-error.ts";

/** Hashes and checks passwords. */
export interface Passwords {
  /** Argon2id in its encoded form, salt and costs included. */
  hash(password: string): Promise<string>;
  /** Takes as long for an account that does not exist (`encoded` null): the duration tells nobody who has one. */
  matches(password: string, encoded: string | null): Promise<boolean>;
}

/** The library's `Algorithm.Argon2id`, whose const enum cannot be imported as a value. */
const ARGON2ID = 2 as Algorithm;
/** OWASP's recommendation for Argon2id: 19 MiB, two passes, one lane. */
const COST = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const AT_ONCE = 2;
const MOST_WAITING = 100;

/** Two at a time: each takes 19 MiB and one thread of the pool that file access also needs. Beyond 100 waiting: `server.unavailable`. */
export function createPasswords(): Passwords {
  const waiting: (() => void)[] = [];
  let running = 0;
  const decoy = hash("nobody has this password", COST);
  decoy.catch(() => {});

  async function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    if (running >= AT_ONCE) {
      if (waiting.length >= MOST_WAITING) throw new ProblemError("server.unavailable", { retryAfter: 5 });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  }

  return {
    hash: (password) => inTurn(() => hash(password, COST)),
    matches: (password, encoded) =>
      inTurn(async () => {
        const right = await verify(encoded ?? (await decoy), password);
        return right && encoded !== null;
      }),
  };
}
