import { isKeyframeStart } from "@sameroom/protocol";
import { WeriftViewer } from "./werift-viewer.ts";

// MEDIA_URL ROOM TOKEN: watches until standard input closes, and prints its counts four times a second.
const [mediaUrl = "", room = "", token = ""] = process.argv.slice(2);
const viewer = await WeriftViewer.watch(mediaUrl, room, token);

function counts() {
  const { video, audio } = viewer.packets;
  const different = new Set<number>();
  let [last, first] = [0, 0];
  for (const [index, { header }] of video.entries()) {
    // Sequence numbers go on past 16 bits (RFC 3711 section 3.3.1): the nearest to the last one.
    const near = ((header.sequenceNumber - last) << 16) >> 16;
    const extended = index === 0 ? header.sequenceNumber : last + near;
    if (index === 0) first = extended;
    different.add(extended);
    last = Math.max(last, extended);
  }
  return {
    video: different.size,
    audio: audio.length,
    missing:
      different.size === 0 ? 0 : last - first + 1 - [...different].filter((one) => one >= first).length,
    keyframes: video.filter(({ payload }) => isKeyframeStart("h264", payload)).length,
  };
}

const timer = setInterval(() => console.log(JSON.stringify(counts())), 250);
process.stdin.resume().once("end", async () => {
  clearInterval(timer);
  await viewer.leave();
  process.exit(0);
});
