import { fail, ok, type Result } from "@sameroom/base";
import type { MediaDescription, SessionDescription } from "sdp-transform";
import { SdpError } from "./sdp-error.ts";
import type { DtlsFingerprint, IceCredentials, Offer, OfferSection, SdpSetup } from "./types.ts";

type Transport = Pick<Offer, "ice" | "iceLite" | "iceOptions" | "fingerprint" | "setup">;

/** Bytes of the digests RFC 8122 names and we verify. */
const DIGEST_BYTES = { "sha-1": 20, "sha-256": 32, "sha-384": 48, "sha-512": 64 } as const;

/**
 * ICE and DTLS parameters of the bundle: from the section its first MID tags (RFC 8843 section 7.1), else from the
 * session, else from the first section that has them.
 */
export function parseTransport(
  session: SessionDescription,
  sections: readonly OfferSection[],
  bundle: readonly string[],
): Result<Transport, SdpError> {
  const tagged = sections.find((section) => section.mid === bundle[0])?.index;
  const levels: (SessionDescription | MediaDescription)[] = [session, ...session.media];
  if (tagged !== undefined) levels.unshift(session.media[tagged]!);

  const iceLevel = levels.find((level) => level.iceUfrag !== undefined && level.icePwd !== undefined);
  const ice = iceLevel && readIceCredentials(String(iceLevel.iceUfrag), String(iceLevel.icePwd));
  if (iceLevel === undefined) {
    return fail(new SdpError("sdp.no_ice", "the offer has no ICE credentials (ice-ufrag and ice-pwd)"));
  }
  if (ice === undefined) return fail(new SdpError("sdp.no_ice", "the offer's ICE credentials are malformed"));
  if (session.icelite !== undefined) {
    return fail(
      new SdpError("sdp.ice_lite", "the offer is from an ICE-lite agent; one side must do ICE in full"),
    );
  }

  const hash = levels.find((level) => level.fingerprint !== undefined)?.fingerprint;
  if (hash === undefined)
    return fail(new SdpError("sdp.no_fingerprint", "the offer has no DTLS fingerprint"));
  const fingerprint = readFingerprint(String(hash.type), String(hash.hash));
  if (fingerprint === undefined) {
    return fail(
      new SdpError("sdp.no_fingerprint", "the offer's DTLS fingerprint is malformed or of an unknown kind"),
    );
  }

  // Absent means active (RFC 4145 section 4.1).
  const setup = String(levels.find((level) => level.setup !== undefined)?.setup ?? "active");
  if (setup !== "actpass" && setup !== "active" && setup !== "passive") {
    const reason = `the offer's DTLS role is ${setup}; it must be actpass, active or passive`;
    return fail(new SdpError("sdp.bad_setup", reason));
  }
  const options = levels.find((level) => level.iceOptions !== undefined)?.iceOptions;
  return ok({
    ice,
    iceLite: false,
    iceOptions: options === undefined ? [] : [String(options)],
    fingerprint,
    setup: setup satisfies SdpSetup,
  });
}

/** Checks lengths and characters (RFC 8839 section 5.4; any visible ASCII is tolerated as `ice-char`). */
export function readIceCredentials(ufrag: string, password: string): IceCredentials | undefined {
  const valid = /^[\x21-\x7e]{4,256}$/.test(ufrag) && /^[\x21-\x7e]{22,256}$/.test(password);
  return valid ? { ufrag, password } : undefined;
}

function readFingerprint(type: string, hash: string): DtlsFingerprint | undefined {
  const algorithm = type.toLowerCase();
  if (!Object.hasOwn(DIGEST_BYTES, algorithm)) return undefined;
  const known = algorithm as DtlsFingerprint["algorithm"];
  const value = hash.toUpperCase();
  if (value.length !== DIGEST_BYTES[known] * 3 - 1 || !/^[0-9A-F]{2}(?::[0-9A-F]{2})*$/.test(value))
    return undefined;
  return { algorithm: known, value };
}
