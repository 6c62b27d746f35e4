import { randomBytes } from "node:crypto";
import { type Clock, type Log, logWith } from "@sameroom/base";
import { type Wire, WireError } from "@sameroom/native";
import {
  answerPublisher,
  answerViewer,
  type CodecFormat,
  dtlsRoleFor,
  type LocalTransport,
  matchCodec,
  type NegotiatedViewer,
  type Offer,
  parseOffer,
  type SdpError,
  type SdpFragment,
  type SlotChooser,
  serializeSdpFragment,
} from "@sameroom/protocol";
import type { Authenticated } from "../auth/authenticator.ts";
import { ViewerSession } from "../egress/viewer-session.ts";
import type { BridgeMakers } from "../ingest/encoder/encoder-bridges.ts";
import { EncoderSession, type EncoderSessionOptions } from "../ingest/encoder/encoder-session.ts";
import { PublisherSession } from "../ingest/publisher-session.ts";
import type { PublisherEvents } from "../ingest/publishing-session.ts";
import { type AnnouncedAddress, hostAddresses } from "../transport/announced-address.ts";
import type { IceRouter } from "../transport/ice-router.ts";
import { createLocalIce, createSsrc, type LocalIce, PeerConnection } from "../transport/peer-connection.ts";
import type { MediaCounters } from "./media-counters.ts";
import { MediaError } from "./media-error.ts";
import type { MediaSessionState } from "./media-session.ts";
import type { PeerSession } from "./session-registry.ts";

export interface SessionFactoryOptions {
  wire: Wire;
  router: IceRouter;
  /** Addresses in our candidates, most preferred first. */
  announce: readonly AnnouncedAddress[];
  /** The wire takes TCP, too. */
  iceTcp: boolean;
  /** Make what WebRTC viewers can play of what they cannot. */
  makers: BridgeMakers;
  counters: MediaCounters;
  clock: Clock;
  log: Log;
}

/** A session that is ready for its peer, and the SDP answer to give. */
export interface Opened<S extends PeerSession = PeerSession> {
  session: S;
  sdp: string;
}

interface Request {
  room: string;
  auth: Authenticated;
  offer: Offer;
}

/** Turns offers into sessions on the wire, or refuses with a `MediaError`; a refused offer leaves nothing behind. */
export class SessionFactory {
  readonly #options: SessionFactoryOptions;

  constructor(options: SessionFactoryOptions) {
    this.#options = options;
  }

  openPublisher({ room, auth, offer }: Request, events: PublisherEvents): Opened<PublisherSession> {
    const { wire, clock, log, counters } = this.#options;
    const local = createLocalIce();
    const answer = answerPublisher(offer, this.#localTransport(local));
    if (!answer.ok) throw sdpFault(answer.error);
    const { sdp, negotiated } = answer.value;
    const session = this.#withConnection(
      offer,
      local,
      "sameroom",
      (connection) =>
        new PublisherSession({
          connection,
          auth,
          sections: negotiated.sections,
          wire,
          events,
          counters,
          nowMs: clock.nowMs,
          unixMs: clock.unixMs,
          log,
          ...this.#newState(room),
        }),
    );
    return { session, sdp };
  }

  /** A session for somebody whose media comes as units. */
  openEncoder(
    auth: Authenticated,
    request: Pick<EncoderSessionOptions, "request" | "events" | "viewers" | "onLeft">,
  ): EncoderSession {
    const { wire, clock, makers, log } = this.#options;
    const state = this.#newState(auth.identity.room);
    const { nowMs, unixMs } = clock;
    const context = logWith(log, { session: state.id, room: state.room });
    return new EncoderSession({ ...state, ...request, auth, wire, makers, nowMs, unixMs, log: context });
  }

  /** `onAir`: the format that the viewer must be able to decode, if any; else `media.codec_unsupported`. */
  openViewer(
    { room, auth, offer, paused, company }: Request & { paused: boolean; company: boolean },
    onAir: CodecFormat | undefined,
  ): Opened<ViewerSession> {
    const { wire, clock, counters } = this.#options;
    const local = createLocalIce();
    const cname = randomBytes(9).toString("base64url");
    const chooseSlot: SlotChooser = ({ mid, kind }) => ({
      ssrc: createSsrc(),
      rtxSsrc: createSsrc(),
      cname,
      streamId: `sameroom-${room}`,
      trackId: `${kind}-${mid}`,
    });
    const answer = answerViewer(offer, this.#localTransport(local), chooseSlot, { transportCc: true });
    if (!answer.ok) throw sdpFault(answer.error);
    const { sdp, negotiated } = answer.value;
    if (onAir !== undefined) requireDecoder(offer, negotiated, onAir);
    const session = this.#withConnection(
      offer,
      local,
      cname,
      (connection) =>
        new ViewerSession({
          connection,
          auth,
          slots: negotiated.slots,
          paused,
          company,
          wire,
          counters,
          nowMs: clock.nowMs,
          unixMs: clock.unixMs,
          ...this.#newState(room),
        }),
    );
    return { session, sdp };
  }

  /** ICE restart (RFC 9725 section 4.3.2): the fragment to answer with. */
  restartIce(session: PeerSession, fragment: SdpFragment): string {
    if (fragment.ice === undefined)
      throw new MediaError("media.bad_fragment", "it has no ice-ufrag and ice-pwd");
    const local = session.connection.restart(fragment.ice);
    return serializeSdpFragment(this.#localTransport(local), session.firstSection);
  }

  #localTransport(local: LocalIce): LocalTransport {
    const { wire, announce, iceTcp } = this.#options;
    return {
      iceUfrag: local.ufrag,
      icePassword: local.password,
      fingerprint: wire.fingerprint,
      candidates: hostAddresses(announce, { port: wire.port, tcp: iceTcp }),
    };
  }

  /** What the wire refuses closes the connection again. */
  #withConnection<S>(
    offer: Offer,
    local: LocalIce,
    cname: string,
    create: (connection: PeerConnection) => S,
  ): S {
    const { wire, router, clock } = this.#options;
    let connection: PeerConnection | undefined;
    try {
      connection = new PeerConnection({
        wire,
        router,
        nowMs: clock.nowMs,
        remoteIce: offer.ice,
        remoteFingerprint: offer.fingerprint,
        dtlsRole: dtlsRoleFor(offer),
        cname,
        local,
      });
      return create(connection);
    } catch (error) {
      connection?.close();
      if (!(error instanceof WireError)) throw error;
      if (error.code === "wire.too_many_peers") throw new MediaError("media.full", undefined, 5);
      if (error.code === "wire.closed") throw new MediaError("media.shutting_down", undefined, 1);
      throw new MediaError("media.bad_offer", error.message);
    }
  }

  #newState(room: string): MediaSessionState {
    const { clock } = this.#options;
    const id = randomBytes(18).toString("base64url");
    return { id, room, sinceUnixMs: Math.round(clock.unixMs()), sinceMs: clock.nowMs() };
  }
}

/** The offer, or a `MediaError` that says what is wrong with it. */
export function readOffer(sdp: string): Offer {
  const offer = parseOffer(sdp);
  if (!offer.ok) throw sdpFault(offer.error);
  return offer.value;
}

/** Whoever wants a picture must be able to decode the one that is on air. */
function requireDecoder(offer: Offer, { slots }: NegotiatedViewer, onAir: CodecFormat): void {
  const wanted = offer.sections.filter(({ kind, rejected }) => kind === "video" && !rejected);
  if (!wanted.some(({ direction }) => direction === "recvonly" || direction === "sendrecv")) return;
  if (slots.some(({ kind, codecs }) => kind === "video" && matchCodec(codecs, onAir) !== undefined)) return;
  throw new MediaError("media.codec_unsupported", `the room is sent in ${onAir.name.toUpperCase()}`);
}

function sdpFault(error: SdpError): MediaError {
  const code = error.code === "sdp.no_common_codec" ? "media.no_common_codec" : "media.bad_offer";
  return new MediaError(code, error.message);
}
