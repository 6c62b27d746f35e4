import { expect, it } from "vitest";
import { planTls } from "./tls.ts";

const FILES = { SAMEROOM_TLS_CERT_FILE: "/tls/cert.pem", SAMEROOM_TLS_KEY_FILE: "/tls/key.pem" };
const files = { certFile: "/tls/cert.pem", keyFile: "/tls/key.pem" };

function planned(environment: Parameters<typeof planTls>[0]) {
  const faults: string[] = [];
  return { ...planTls(environment, faults), faults };
}

it("HTTPS is on where there is a certificate, unless a proxy ends TLS", () => {
  expect(planned({})).toEqual({ files: undefined, https: undefined, faults: [] });
  expect(planned(FILES)).toEqual({ files, https: files, faults: [] });
  expect(planned({ ...FILES, SAMEROOM_HTTPS: false })).toEqual({ files, https: undefined, faults: [] });
});

it("HTTPS without a certificate, and half a certificate, are faults", () => {
  expect(planned({ SAMEROOM_HTTPS: true }).faults).toEqual([expect.stringContaining("SAMEROOM_HTTPS")]);
  const { SAMEROOM_TLS_KEY_FILE } = FILES;
  expect(planned({ SAMEROOM_TLS_KEY_FILE }).faults).toEqual([
    expect.stringMatching(/^SAMEROOM_TLS_CERT_FILE/),
  ]);
});
