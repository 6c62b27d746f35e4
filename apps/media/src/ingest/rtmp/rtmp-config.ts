import { z } from "zod";

const port = z.coerce.number().int().min(0).max(65_535);
const path = z.string().min(1);

/** What media reads about RTMP from the environment; `docs/guide/configuration.md` explains each. */
export const rtmpEnvironment = {
  SAMEROOM_RTMP_PORT: z.union([z.literal("off"), port]).optional(),
  SAMEROOM_RTMPS_PORT: z.union([z.literal("off"), port]).default("off"),
  SAMEROOM_TLS_CERT_FILE: path.optional(),
  SAMEROOM_TLS_KEY_FILE: path.optional(),
};

/** RTMP's own (Adobe RTMP 1.0 section 7.1 leaves it to the transport; IANA registered it as macromedia-fcs). */
const DEFAULT_PORT = 1935;

/** Where encoders may publish over RTMP. */
export interface RtmpConfig {
  /** TCP port, 0: one the kernel chooses; undefined: off. */
  readonly port: number | undefined;
  /** Nobody asked for this port: where it is taken the worker starts without. */
  readonly isDefaultPort: boolean;
  /** The same over TLS; undefined: off. */
  readonly tls: { readonly port: number; readonly files: TlsFiles } | undefined;
}

/** Certificate chain and private key, PEM. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

const environmentSchema = z.object(rtmpEnvironment);

/** Reads what {@link rtmpEnvironment} describes; adds to `faults` what cannot be. */
export function readRtmpConfig(environment: z.infer<typeof environmentSchema>, faults: string[]): RtmpConfig {
  const chosen = environment.SAMEROOM_RTMP_PORT;
  const tlsPort = environment.SAMEROOM_RTMPS_PORT;
  return {
    port: chosen === "off" ? undefined : (chosen ?? DEFAULT_PORT),
    isDefaultPort: chosen === undefined,
    tls: tlsPort === "off" ? undefined : { port: tlsPort, files: readFiles(environment, faults) },
  };
}

function readFiles(
  { SAMEROOM_TLS_CERT_FILE: certFile, SAMEROOM_TLS_KEY_FILE: keyFile }: z.infer<typeof environmentSchema>,
  faults: string[],
): TlsFiles {
  if (certFile === undefined || keyFile === undefined) {
    faults.push("SAMEROOM_RTMPS_PORT: needs SAMEROOM_TLS_CERT_FILE and SAMEROOM_TLS_KEY_FILE");
  }
  return { certFile: certFile ?? "", keyFile: keyFile ?? "" };
}
