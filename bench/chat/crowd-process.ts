/** Part of a crowd, in a process of its own so that what it costs is not the server's. Speaks {@link CrowdOrder} over IPC. */
import { randomUUID } from "node:crypto";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { sleep } from "../harness/until.ts";
import type { CrowdAnswer, CrowdOrder } from "./crowd.ts";
import { RawSocket } from "./raw-socket.ts";

const OPEN_AT_ONCE = 50;
const LOOK_EVERY_MS = 10;
const unixMs = () => performance.timeOrigin + performance.now();

const sockets: RawSocket[] = [];
let listeners = 0;
let frames = 0;
/** Messages listeners got, and how old they were, ms. */
let heard = 0;
const ages: number[] = [];
let closed = 0;
/** How late this process itself is: what it reads is as much older than it need be. */
const lateness = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });
lateness.enable();

function take(text: string | null): void {
  frames += 1;
  if (text === null) return;
  const now = unixMs();
  // Texts begin with when they were sent.
  for (const [, sent] of text.matchAll(/"text":"(\d+\.\d+) /g)) {
    heard += 1;
    ages.push(now - Number(sent));
  }
}

async function open({ port, tokens, listening }: Extract<CrowdOrder, { type: "open" }>): Promise<void> {
  let next = 0;
  const openSome = async () => {
    for (let turn = next++; turn < tokens.length; turn = next++) {
      const listens = turn < listening;
      const events = { event: take, closed: () => (closed += 1) };
      sockets[turn] = await RawSocket.open(port, { token: tokens[turn]!, listens, events });
      if (listens) listeners += 1;
    }
  };
  await Promise.all(Array.from({ length: OPEN_AT_ONCE }, openSome));
}

async function talk({ perSecond, ms }: Extract<CrowdOrder, { type: "talk" }>): Promise<void> {
  const writers = sockets.slice(0, Math.max(1, Math.ceil(perSecond)));
  const started = performance.now();
  for (let count = 0; ; count++) {
    const due = started + (count * 1000) / perSecond;
    if (due >= started + ms) break;
    await sleep(Math.max(0, due - performance.now()));
    const text = `${unixMs().toFixed(3)} just look at this, did you see that coming?`;
    writers[count % writers.length]?.emit("chat.send", { id: randomUUID(), text });
  }
}

process.on("message", (order: CrowdOrder) => {
  const answer = (value: CrowdAnswer) => process.send?.(value);
  switch (order.type) {
    case "open":
      open(order).then(
        () => answer({ type: "done" }),
        (error: Error) => answer({ type: "failed", why: error.message }),
      );
      return;
    case "talk":
      void talk(order).then(() => answer({ type: "done" }));
      return;
    case "count":
      answer({
        type: "counted",
        sockets: sockets.length - closed,
        listeners,
        frames,
        heard,
        ages: ages.splice(0),
        lateP95Ms: Math.max(0, lateness.percentile(95) / 1e6 - LOOK_EVERY_MS),
      });
      [frames, heard] = [0, 0];
      lateness.reset();
  }
});
process.on("disconnect", () => process.exit(0));
