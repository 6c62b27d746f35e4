import type { TlsFiles } from "@sameroom/contract";
import { z } from "zod";

const port = z.coerce.number().int().min(0).max(65_535);

/** What media reads about RTMP from the environment; `docs/guide/configuration.md` explains each. */
export const rtmpEnvironment = {
  SAMEROOM_RTMP_PORT: z.union([z.literal("off"), port]).optional(),
  SAMEROOM_RTMPS_PORT: z.union([z.literal("off"), port]).default("off"),
};

/** RTMP's own (Adobe RTMP 1.0 section 7.1 leaves it to the transport; IANA registered it as macromedia-fcs). */
const DEFAULT_PORT = 1935;

/** Where encoders may publish over RTMP. */
export interface RtmpConfig {
  /** TCP port, 0: one the kernel chooses; undefined: off. */
  readonly port: number | undefined;
  /** Nobody asked for this port: where it is taken the worker starts without. */
  readonly isDefaultPort: boolean;
  /** TCP port of the same over TLS, with the certificate of the whole installation; undefined: off. */
  readonly tlsPort: number | undefined;
}

const environmentSchema = z.object(rtmpEnvironment);

/** Reads what {@link rtmpEnvironment} describes; adds to `faults` what cannot be. `files`: the certificate there is. */
export function readRtmpConfig(
  environment: z.infer<typeof environmentSchema>,
  files: TlsFiles | undefined,
  faults: string[],
): RtmpConfig {
  const chosen = environment.SAMEROOM_RTMP_PORT;
  const tlsPort = environment.SAMEROOM_RTMPS_PORT;
  if (tlsPort !== "off" && files === undefined)
    faults.push("SAMEROOM_RTMPS_PORT: needs SAMEROOM_TLS_CERT_FILE and SAMEROOM_TLS_KEY_FILE");
  return {
    port: chosen === "off" ? undefined : (chosen ?? DEFAULT_PORT),
    isDefaultPort: chosen === undefined,
    tlsPort: tlsPort === "off" ? undefined : tlsPort,
  };
}
