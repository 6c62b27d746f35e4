/** Bounds on what a peer's SDP may contain; past them it is refused, whatever it says. */
export const SDP_LIMITS = {
  /** Characters of the whole text. */
  size: 65_536,
  lines: 4096,
  lineLength: 4096,
  sections: 32,
  payloadTypesPerSection: 64,
  extensionsPerSection: 64,
  /** `a=ssrc` lines, several per SSRC. */
  ssrcLinesPerSection: 256,
  ridsPerSection: 16,
  candidatesPerSection: 128,
} as const;
