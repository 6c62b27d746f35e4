import { z } from "zod";

/** Environment variables of TLS, read alike by every program. */
export const tlsEnvironment = {
  SAMEROOM_TLS_CERT_FILE: z
    .string()
    .min(1)
    .optional()
    .describe("Certificate chain (PEM) of HTTPS and RTMPS. Read again when the file changes."),
  SAMEROOM_TLS_KEY_FILE: z
    .string()
    .min(1)
    .optional()
    .describe("Private key of that certificate (PEM). Read again when the file changes."),
  SAMEROOM_HTTPS: z
    .stringbool("on or off")
    .optional()
    .describe(
      "Whether SAMEROOM_HTTP_PORT and SAMEROOM_MEDIA_HTTP_PORT speak HTTPS (HTTP/2, and HTTP/1.1) instead of HTTP. Absent: where there is a certificate. `off`: a reverse proxy in front ends TLS.",
    ),
};

const environmentSchema = z.object(tlsEnvironment);

/** Certificate chain and private key, PEM. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** What TLS there is. */
export interface TlsPlan {
  readonly files: TlsFiles | undefined;
  /** What the HTTP ports speak; undefined: HTTP in the clear. */
  readonly https: TlsFiles | undefined;
}

/** Reads what {@link tlsEnvironment} describes; adds to `faults` what cannot be. */
export function planTls(environment: z.infer<typeof environmentSchema>, faults: string[]): TlsPlan {
  const {
    SAMEROOM_TLS_CERT_FILE: certFile,
    SAMEROOM_TLS_KEY_FILE: keyFile,
    SAMEROOM_HTTPS: https,
  } = environment;
  const files = certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile };
  if (files === undefined && certFile !== keyFile)
    faults.push(
      `${certFile === undefined ? "SAMEROOM_TLS_CERT_FILE" : "SAMEROOM_TLS_KEY_FILE"}: a certificate needs its key and a key its certificate`,
    );
  if (files === undefined && https === true)
    faults.push("SAMEROOM_HTTPS: needs SAMEROOM_TLS_CERT_FILE and SAMEROOM_TLS_KEY_FILE");
  return { files, https: https === false ? undefined : files };
}
