import { randomBytes } from "node:crypto";
import { openLoad } from "@sameroom/native/load";
import { createBindingRequest, parseCandidate, parseRtp, parseStun } from "@sameroom/protocol";
import { eventually } from "./eventually.fixture.ts";
import { createPeer } from "./test-peer.fixture.ts";

/** A viewer that speaks WebRTC over one TCP connection (RFC 6544). */
export interface TcpViewer {
  /** Sequence numbers of the RTP received, by payload type. */
  received: Map<number, number[]>;
  close(): void;
}

/** An offer to watch, and what signs it. */
export async function viewerOffer(): Promise<string> {
  const peer = createPeer();
  peer.addTransceiver("video", { direction: "recvonly" });
  await peer.setLocalDescription(await peer.createOffer());
  const { sdp } = peer.localDescription!;
  await peer.close();
  return sdp;
}

/** POSTs an offer; resolves with the answer. */
export async function postOffer(endpoint: string, token: string, offer: string): Promise<string> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/sdp", authorization: `Bearer ${token}` },
    body: offer,
  });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`${response.status} ${text}`);
  return text;
}

/** Joins over the answer's passive TCP candidate; resolves when DTLS has connected. */
export async function watchOverTcp(endpoint: string, token: string): Promise<TcpViewer> {
  const received = new Map<number, number[]>();
  let checked = false;
  let connected = false;
  const load = openLoad({
    onDatagram: (_client, datagram) => {
      checked ||= parseStun(datagram)?.class === "success";
    },
    onDtls: ({ state }) => {
      connected ||= state === "connected";
    },
    onRtp: (_client, packet) => {
      const { payloadType, sequenceNumber } = parseRtp(packet)!;
      received.set(payloadType, [...(received.get(payloadType) ?? []), sequenceNumber]);
    },
  });
  const offer = (await viewerOffer()).replace(
    /^a=fingerprint:sha-256 \S+/gim,
    `a=fingerprint:sha-256 ${load.fingerprint}`,
  );
  const answer = await postOffer(endpoint, token, offer);
  const candidate = passiveCandidates(answer)[0];
  if (candidate === undefined) throw new Error(`no passive TCP candidate in:\n${answer}`);
  const { id } = load.addClient({
    remoteAddress: `tcp:${candidate.address}:${candidate.port}`,
    remoteFingerprint: attribute(answer, "fingerprint:sha-256 "),
  });
  load.setCapture(id, true);
  const check = createBindingRequest({
    transactionId: randomBytes(12),
    localUfrag: attribute(offer, "ice-ufrag:"),
    remoteUfrag: attribute(answer, "ice-ufrag:"),
    remotePassword: attribute(answer, "ice-pwd:"),
    useCandidate: true,
  });
  load.sendDatagram(id, check);
  await eventually("an ICE check succeeds over TCP", () => checked);
  load.connect(id);
  await eventually("DTLS connects over TCP", () => connected);
  return { received, close: () => load.close() };
}

/** The passive TCP candidates of a description. */
export function passiveCandidates(sdp: string): { address: string; port: number }[] {
  return sdp
    .split("\r\n")
    .filter((line) => line.startsWith("a=candidate:"))
    .map((line) => parseCandidate(line))
    .filter((candidate) => candidate !== undefined)
    .filter(({ transport, tcpType }) => transport === "tcp" && tcpType === "passive");
}

function attribute(sdp: string, name: string): string {
  const value = new RegExp(`^a=${name}(\\S+)`, "mi").exec(sdp)?.[1];
  if (value === undefined) throw new Error(`no ${name} in:\n${sdp}`);
  return value;
}
