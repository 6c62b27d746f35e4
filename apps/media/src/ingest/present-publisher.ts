import type { Publisher, PublisherHealth, PublisherState, SessionProtocol } from "@sameroom/contract";
import type { PublisherSection } from "@sameroom/protocol";
import type { Authenticated } from "../auth/authenticator.ts";
import type { MediaSessionState } from "../node/media-session.ts";
import type { IncomingTrack } from "./incoming-track.ts";

type Known = MediaSessionState & { auth: Authenticated; protocol: SessionProtocol };

/** Who publishes, in which way and how they are doing, as control is told of them. */
export function publisherOf(
  { id, room, sinceUnixMs, auth, protocol }: Known,
  state: PublisherState,
): Omit<Publisher, "video" | "audio"> {
  const { participant, name, role } = auth.identity;
  return { id, room, participant, name, role, sinceUnixMs, protocol, state };
}

/** A publisher by WHIP as control is told of them. */
export function presentPublisher(
  session: Known,
  now: { sections: readonly PublisherSection[]; tracks: readonly IncomingTrack[]; state: PublisherState },
): Publisher {
  const codecOf = (kind: "audio" | "video") =>
    now.tracks.find((track) => track.kind === kind)?.format.name ??
    now.sections.find((section) => section.kind === kind)?.codecs[0]?.name;
  const video = codecOf("video");
  const audio = codecOf("audio");
  const layers = now.tracks.find((track) => track.kind === "video")?.layers.length ?? 0;
  return {
    ...publisherOf(session, now.state),
    video: video === undefined ? null : { codec: video, layers },
    audio: audio === undefined ? null : { codec: audio },
  };
}

/** Rates of all that comes, over the time since the last call, and what each layer is like. */
export function publisherHealth(
  tracks: readonly IncomingTrack[],
  nowMs: number,
): Pick<PublisherHealth, "bitrate" | "framesPerSecond" | "layers"> {
  let bitrate = 0;
  let framesPerSecond = 0;
  for (const track of tracks) {
    for (const { meter } of track.streams) {
      const rates = meter.take(nowMs);
      bitrate += rates.bitrate;
      if (track.kind === "video") framesPerSecond = Math.max(framesPerSecond, rates.framesPerSecond);
    }
  }
  const layers = tracks
    .filter((track) => track.kind === "video")
    .flatMap((track) => {
      const wanted = track.wanted.wanted(
        nowMs,
        track.layers.map(({ source }) => source),
      );
      return track.layers.map(({ id, width, height, bitrateBps, flowing, source }) => ({
        ...{ rid: id, width, height, wanted: wanted.includes(source) },
        bitrate: flowing ? Math.round(bitrateBps) : 0,
      }));
    })
    .reverse();
  return { bitrate, framesPerSecond, layers };
}
