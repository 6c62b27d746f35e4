import { OBS_AUDIO, OBS_VIDEO, type PublishedStream } from "../../testing/ffmpeg/publish.ts";
import type { SameroomApp } from "../harness/sameroom-app.ts";

const PLAIN = { ...OBS_VIDEO, bFrames: 0 };
const OPUS = { ...OBS_AUDIO, codec: "opus" } as const;

/** Ways to publish: 720p at 30 a second, 2.5 Mbit/s, a keyframe every two seconds. */
export const WAYS: Readonly<
  Record<string, (app: SameroomApp, room: string, key: string) => PublishedStream>
> = {
  whip: ({ mediaUrl }, room, key) => ({
    url: `${mediaUrl}/whip/${room}`,
    muxer: "whip",
    options: { authorization: key, pkt_size: "1200" },
    video: PLAIN,
    audio: OPUS,
  }),
  rtmp: ({ rtmpPort }, _room, key) => ({
    ...{ url: `rtmp://127.0.0.1:${rtmpPort}/live/${key}`, muxer: "flv", video: PLAIN, audio: OBS_AUDIO },
  }),
  srt: ({ srtPort }, _room, key) => ({
    url: `srt://127.0.0.1:${srtPort}?streamid=publish:${key}&pkt_size=1316`,
    ...{ muxer: "mpegts", video: PLAIN, audio: OBS_AUDIO },
  }),
  /** As OBS comes: its pictures refer to later ones, which no browser takes over WebRTC. */
  "rtmp-b-frames": ({ rtmpPort }, _room, key) => ({
    ...{ url: `rtmp://127.0.0.1:${rtmpPort}/live/${key}`, muxer: "flv", video: OBS_VIDEO, audio: OBS_AUDIO },
  }),
};
