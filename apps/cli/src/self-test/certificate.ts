import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { TlsFiles } from "@sameroom/contract";
import type { CheckResult } from "./result.ts";

const DAY_MS = 86_400_000;
/** What renews certificates does so before: later, it does not. */
const SOON_DAYS = 14;

/** Whether the certificate of HTTPS and RTMPS can be used, and for how long yet. */
export async function checkCertificate({ certFile, keyFile }: TlsFiles, nowMs: number): Promise<CheckResult> {
  const name = "TLS certificate";
  const remedy = "Look at SAMEROOM_TLS_CERT_FILE and SAMEROOM_TLS_KEY_FILE.";
  try {
    const [certificate, key] = await Promise.all([
      readFile(certFile).then((pem) => new X509Certificate(pem)),
      readFile(keyFile).then((pem) => createPrivateKey(pem)),
    ]);
    if (!certificate.checkPrivateKey(key))
      return { name, state: "fail", found: `${keyFile} is not the key of ${certFile}`, remedy };
    const days = Math.floor((Date.parse(certificate.validTo) - nowMs) / DAY_MS);
    const renew = `Renew ${certFile}; a running Sameroom reads it again by itself.`;
    if (days < 0)
      return {
        name,
        state: "warn",
        found: `ended on ${certificate.validTo}: browsers refuse it`,
        remedy: renew,
      };
    const found = `of ${certificate.subjectAltName ?? certificate.subject}, ${days} days left`;
    return days < SOON_DAYS ? { name, state: "warn", found, remedy: renew } : { name, state: "ok", found };
  } catch (error) {
    return { name, state: "fail", found: (error as Error).message, remedy };
  }
}
