import type { RecordingList, RecordingView } from "@sameroom/contract";
import { launchChromium } from "../../testing/chromium.ts";
import { type Benchmark, integerFlag } from "../benchmark.ts";
import { SameroomApp } from "../harness/sameroom-app.ts";
import { sleep, until } from "../harness/until.ts";
import { childNamed, cpuMsPerSecond } from "../measure/process-tree.ts";
import { formatTable } from "../measure/table.ts";
import { playlistEnd } from "./playlist-end.ts";

const ROOM = "record";
const PART_MS = 250;

/** What recording costs beside packaging, and what is lost when the media worker is killed. */
export const record: Benchmark = {
  summary: "recording: fragments lost when media is killed, CPU beside packaging",
  flags: {
    kills: "times the media worker is killed; default 5",
    seconds: "length of each window of the CPU measurement; default 20",
  },
  async run(context) {
    const kills = integerFlag(context, "kills", { fallback: 5, min: 1, max: 50 });
    const seconds = integerFlag(context, "seconds", { fallback: 20, min: 5, max: 300 });
    const app = await SameroomApp.start({ SAMEROOM_HLS_PART_MS: String(PART_MS), SAMEROOM_HLS_DVR_S: "0" });
    const browser = await launchChromium({ executablePath: context.chromiumPath, plainAddresses: true });
    try {
      const cookie = await app.createHost(ROOM);
      const session = `${cookie.name}=${cookie.value}`;
      const page = await (await browser.newContext({ permissions: ["camera", "microphone"] })).newPage();
      await page.context().addCookies([cookie]);
      await page.goto(`${app.url}/studio/${ROOM}`);
      await page.getByRole("button", { name: "Go live" }).first().click();
      await page.getByRole("button", { name: /^End/ }).first().waitFor();
      await sleep(15_000);
      const media = () => childNamed(app.pid, "media");
      const plain = await cpuMsPerSecond(media(), seconds);
      await app.request("POST", `/api/rooms/${ROOM}/recording`, session);
      await isRecording(app, session);
      const recording = await cpuMsPerSecond(media(), seconds);
      context.say(`CPU of media: ${plain.toFixed(1)} ms a second, recording ${recording.toFixed(1)} ms`);
      const lost: number[] = [];
      for (let turn = 0; turn < kills; turn++) {
        // Anywhere within a segment.
        await sleep(4000 + Math.random() * 2000);
        lost.push(await killOnce(app, { session, pid: media() }));
        context.say(`kill ${turn + 1} of ${kills}: ${lost.at(-1)} fragments lost`);
        await app.request("POST", `/api/rooms/${ROOM}/recording`, session);
        await isRecording(app, session);
      }
      return present({ lost, plain, recording, seconds });
    } finally {
      await browser.close();
      await app.close();
    }
  },
};

/** Kills the media worker and counts the parts that players could have had and the finished recording lacks. */
async function killOnce(
  app: SameroomApp,
  { session, pid }: { session: string; pid: number },
): Promise<number> {
  const before = new Set((await list(app, session)).filter(isDone).map(({ id }) => id));
  const minted = await app.mint(ROOM, session);
  const servedEndMs = await playlistEnd(app.mediaAddress(minted.playback!.playlist));
  process.kill(pid, "SIGKILL");
  let finished: RecordingView | undefined;
  await until(
    "the recording is finished",
    async () => {
      finished = (await list(app, session)).find((view) => view.state === "ready" && !before.has(view.id));
      return finished !== undefined;
    },
    60_000,
  );
  const keptEndMs = await playlistEnd(app.mediaAddress(finished!.urls!.playlist));
  return Math.max(0, Math.ceil((servedEndMs - keptEndMs) / PART_MS - 0.5));
}

async function isRecording(app: SameroomApp, session: string): Promise<void> {
  await until(
    "it is recorded",
    async () => (await list(app, session)).some(({ state }) => state === "recording"),
    30_000,
  );
}

async function list(app: SameroomApp, session: string): Promise<RecordingView[]> {
  const response = await app.request("GET", `/api/recordings?room=${ROOM}`, session);
  return ((await response.json()) as RecordingList).recordings;
}

const isDone = ({ state }: RecordingView) => state === "ready" || state === "failed";

function present(measured: { lost: number[]; plain: number; recording: number; seconds: number }) {
  const { lost, plain, recording } = measured;
  const most = Math.max(...lost);
  const cost = Math.round((recording - plain) * 10) / 10;
  const table = formatTable(
    ["recording", "measured", "target", ""],
    [
      ["fragments lost on kill -9, most", most, "1 or fewer", most <= 1 ? "pass" : "miss"],
      ["kills", lost.length, "", ""],
      ["CPU beside packaging, a second of media", `${cost} ms`, "", ""],
    ],
  );
  return {
    text: table,
    json: { fragmentsLostOnKill: most, cpuMsPerStreamSecond: cost, details: { ...measured } },
  };
}
