import { SameroomError } from "@sameroom/base";

export type SdpErrorCode =
  | "sdp.too_large"
  | "sdp.malformed"
  | "sdp.limit"
  | "sdp.no_media"
  | "sdp.no_ice"
  | "sdp.no_fingerprint"
  | "sdp.bad_setup"
  | "sdp.not_bundled"
  | "sdp.no_rtcp_mux"
  | "sdp.ice_lite"
  | "sdp.direction"
  | "sdp.no_common_codec"
  | "sdp.bad_fragment";

/** Why an offer or fragment cannot be used; `message` is a sentence for the person at the other end. */
export class SdpError extends SameroomError<SdpErrorCode> {}
