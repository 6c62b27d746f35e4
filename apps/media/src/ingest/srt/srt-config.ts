import { z } from "zod";

/** libsrt's limits. */
const LEAST_PASSPHRASE = 10;
const MOST_PASSPHRASE = 79;
/** Callers may ask for more latency than we do, up to this; more would be seconds of silence after a loss. */
export const MOST_SRT_LATENCY_MS = 8000;

/** What media reads about SRT from the environment; `docs/guide/configuration.md` explains each. */
export const srtEnvironment = {
  SAMEROOM_SRT_PORT: z.union([z.literal("off"), z.coerce.number().int().min(0).max(65_535)]).optional(),
  SAMEROOM_SRT_PASSPHRASE: z.string().min(LEAST_PASSPHRASE).max(MOST_PASSPHRASE).optional(),
  SAMEROOM_SRT_LATENCY_MS: z.coerce.number().int().min(20).max(MOST_SRT_LATENCY_MS).default(120),
};

/** What most servers use; IANA has none for SRT. */
const DEFAULT_PORT = 9000;

/** Where encoders may publish over SRT. */
export interface SrtConfig {
  /** UDP port, 0: one the kernel chooses; undefined: off. */
  readonly port: number | undefined;
  /** Nobody asked for this port: where it is taken the worker starts without. */
  readonly isDefaultPort: boolean;
  /** Undefined: streams come in the clear. */
  readonly passphrase: string | undefined;
  /** How long a missing packet is waited for at least, ms. */
  readonly latencyMs: number;
}

const environmentSchema = z.object(srtEnvironment);

/** Reads what {@link srtEnvironment} describes. */
export function readSrtConfig(environment: z.infer<typeof environmentSchema>): SrtConfig {
  const chosen = environment.SAMEROOM_SRT_PORT;
  return {
    port: chosen === "off" ? undefined : (chosen ?? DEFAULT_PORT),
    isDefaultPort: chosen === undefined,
    passphrase: environment.SAMEROOM_SRT_PASSPHRASE,
    latencyMs: environment.SAMEROOM_SRT_LATENCY_MS,
  };
}
