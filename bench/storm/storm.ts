import type { Page } from "playwright-core";
import { launchChromium } from "../../testing/chromium.ts";
import { percentile } from "../../testing/percentile.ts";
import { type Benchmark, integerFlag } from "../benchmark.ts";
import { ControlProcess } from "../chat/control-process.ts";
import { Crowd } from "../chat/crowd.ts";
import { sleep } from "../harness/until.ts";
import { formatTable } from "../measure/table.ts";

const ROOM = "bench-storm";
/** Longer than a frame of 60 Hz by half: at least one was left out. */
const LATE_MS = 25;
/** The page is up to date and its code compiled by then. */
const WARM_UP_MS = 3000;

/** In the page; as text, since what compiles this file adds helpers that a page has not. */
const COUNT_FRAMES = `(forMs) =>
  new Promise((resolve) => {
    const seen = [];
    requestAnimationFrame(function draw(at) {
      seen.push(at);
      if (at - seen[0] < forMs) requestAnimationFrame(draw);
      else resolve(seen);
    });
  })`;

/** What the web app's chat draws while a room talks more than anybody reads. */
export const storm: Benchmark = {
  summary: "the web app's chat in a storm: frames drawn a second",
  flags: {
    rate: "messages a second, all of which the page gets; default 200",
    seconds: "length of a window; default 10",
  },
  async run(context) {
    const perSecond = integerFlag(context, "rate", { fallback: 200, min: 1, max: 1000 });
    const seconds = integerFlag(context, "seconds", { fallback: 10, min: 2, max: 120 });
    const control = await ControlProcess.start(ROOM);
    const browser = await launchChromium({ executablePath: context.chromiumPath });
    let crowd: Crowd | undefined;
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      await page.goto(`http://127.0.0.1:${control.port}/r/${ROOM}`);
      await page.getByRole("log").waitFor();
      const quiet = await countFrames(page, seconds * 1000);
      context.say("nobody talked");
      // Moderators: nothing of what they say is left out.
      const tokens = Array.from({ length: perSecond }, (_, index) =>
        control.mint(ROOM, "moderator", `key:m${index}`),
      );
      crowd = await Crowd.open(control.port, await Promise.all(tokens), 1);
      const talk = crowd.talk(perSecond, WARM_UP_MS + seconds * 1000);
      await sleep(WARM_UP_MS);
      const busy = await countFrames(page, seconds * 1000);
      await talk;
      context.say(`${perSecond} messages a second were on screen`);
      const lines = await page.getByRole("log").getByRole("article").count();
      return present(quiet, busy, { perSecond, lines });
    } finally {
      crowd?.close();
      await browser.close();
      await control.close();
    }
  },
};

interface Frames {
  framesPerSecond: number;
  p95Ms: number;
  longestMs: number;
  /** Share of the frames that came late, 0..1. */
  late: number;
}

/** Counts the frames a page draws, by `requestAnimationFrame`. */
async function countFrames(page: Page, ms: number): Promise<Frames> {
  const times: number[] = await page.evaluate(`(${COUNT_FRAMES})(${ms})`);
  const steps = times.slice(1).map((at, index) => at - times[index]!);
  return {
    framesPerSecond: (steps.length * 1000) / (times.at(-1)! - times[0]!),
    p95Ms: percentile(steps, 0.95),
    longestMs: Math.max(...steps),
    late: steps.filter((step) => step > LATE_MS).length / steps.length,
  };
}

function present(quiet: Frames, busy: Frames, { perSecond, lines }: { perSecond: number; lines: number }) {
  const row = (name: string, { framesPerSecond, p95Ms, longestMs, late }: Frames) => [
    name,
    framesPerSecond.toFixed(1),
    p95Ms.toFixed(1),
    longestMs.toFixed(0),
    `${(late * 100).toFixed(1)} %`,
  ];
  return {
    text: `${formatTable(
      ["the page, while", "frames a second", "p95 ms", "longest ms", "late"],
      [row("nobody talks", quiet), row(`${perSecond} messages a second come`, busy)],
    )}\n\nLines in the document: ${lines} (the list is virtual). Target: 60 frames a second.`,
    json: { quiet, busy, messagesPerSecond: perSecond, linesInDocument: lines },
  };
}
