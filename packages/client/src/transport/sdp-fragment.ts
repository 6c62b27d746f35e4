/** First value of an SDP attribute. */
function attribute(sdp: string, name: string): string | undefined {
  return new RegExp(`^a=${name}:(.+?)\\r?$`, "m").exec(sdp)?.[1];
}

/** The restart request of a local description (RFC 8840 section 9): its new credentials, on the first section. */
export function fragmentOf(sdp: string): string {
  const media = /^m=(\w+) .*$/m.exec(sdp)?.[1] ?? "audio";
  return [
    `a=ice-ufrag:${attribute(sdp, "ice-ufrag") ?? ""}`,
    `a=ice-pwd:${attribute(sdp, "ice-pwd") ?? ""}`,
    `m=${media} 9 UDP/TLS/RTP/SAVPF 0`,
    `a=mid:${attribute(sdp, "mid") ?? "0"}`,
    "",
  ].join("\r\n");
}

/** The answer from before with the server's new credentials in every section; undefined when the fragment has none. */
export function answerWithFragment(answer: string, fragment: string): string | undefined {
  const ufrag = attribute(fragment, "ice-ufrag");
  const password = attribute(fragment, "ice-pwd");
  if (ufrag === undefined || password === undefined) return undefined;
  return answer
    .replace(/^a=ice-ufrag:.*?(\r?)$/gm, `a=ice-ufrag:${ufrag}$1`)
    .replace(/^a=ice-pwd:.*?(\r?)$/gm, `a=ice-pwd:${password}$1`);
}
