/** What a datagram on the one media port is (RFC 7983 section 7, RFC 5761 section 4). */
export type DatagramKind = "stun" | "dtls" | "rtp" | "rtcp" | "unknown";

/** Tells a datagram's protocol from its first two bytes and its length. What cannot be any of them is `unknown`. */
export function classifyDatagram(datagram: Uint8Array): DatagramKind {
  if (datagram.length < 8) return "unknown";
  const first = datagram[0]!;
  if (first < 4) return datagram.length >= 20 ? "stun" : "unknown";
  if (first >= 20 && first <= 63) return datagram.length >= 13 ? "dtls" : "unknown";
  if (first < 128 || first > 191) return "unknown";
  const second = datagram[1]!;
  if (second >= 192 && second <= 223) return "rtcp";
  return datagram.length >= 12 ? "rtp" : "unknown";
}
