import type { BrowserContext, Page } from "playwright-core";

/** Bits of the clock (ms modulo 2^20) and of the check behind them. */
const CLOCK_BITS = 20;
const CHECK_BITS = 4;
const BLOCK_PX = 40;

interface Layout {
  clockBits: number;
  checkBits: number;
  block: number;
}
const LAYOUT: Layout = { clockBits: CLOCK_BITS, checkBits: CHECK_BITS, block: BLOCK_PX };

/**
 * In this window the camera is a picture with the time burnt in as black and white blocks, 30 times a second. `hasMicrophone: false`:
 * and there is none.
 */
export async function burnClockIntoCamera(
  window: BrowserContext,
  { hasMicrophone = true }: { hasMicrophone?: boolean } = {},
): Promise<void> {
  await window.addInitScript(
    ({ clockBits, checkBits, block, silent }: Layout & { silent: boolean }) => {
      const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (constraints) => {
        if (!constraints?.video) {
          if (silent) throw new DOMException("there is no microphone", "NotFoundError");
          return original(constraints);
        }
        const canvas = document.createElement("canvas");
        canvas.width = 1280;
        canvas.height = 720;
        const context = canvas.getContext("2d")!;
        const draw = () => {
          const time = Math.round(performance.timeOrigin + performance.now()) % 2 ** clockBits;
          const check = time % (2 ** checkBits - 1);
          context.fillStyle = `hsl(${time / 50} 50% 40%)`;
          context.fillRect(0, 0, 1280, 720);
          for (let bit = 0; bit < clockBits + checkBits; bit++) {
            const on = bit < clockBits ? (time >> bit) & 1 : (check >> (bit - clockBits)) & 1;
            context.fillStyle = on ? "#fff" : "#000";
            context.fillRect(100 + bit * block, 300, block, block);
          }
        };
        draw();
        setInterval(draw, 1000 / 30);
        return canvas.captureStream(30);
      };
    },
    { ...LAYOUT, silent: !hasMicrophone },
  );
}

/** Capture-to-render latency in ms of `count` pictures the page's player shows. Both pages are on this machine's clock. */
export function measureLatency(page: Page, count: number): Promise<number[]> {
  return page.evaluate(
    async ({ clockBits, checkBits, block, wanted }) => {
      const video = [...document.querySelectorAll("video")].sort((a, b) => b.videoWidth - a.videoWidth)[0]!;
      const canvas = document.createElement("canvas");
      canvas.width = 1280;
      canvas.height = 720;
      const context = canvas.getContext("2d", { willReadFrequently: true })!;
      const latencies: number[] = [];
      while (latencies.length < wanted) {
        await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
        const now = Math.round(performance.timeOrigin + performance.now());
        context.drawImage(video, 0, 0, 1280, 720);
        let time = 0;
        let check = 0;
        for (let bit = 0; bit < clockBits + checkBits; bit++) {
          const [red] = context.getImageData(100 + bit * block + block / 2, 300 + block / 2, 1, 1).data;
          if (red! < 128) continue;
          if (bit < clockBits) time |= 1 << bit;
          else check |= 1 << (bit - clockBits);
        }
        if (check === time % (2 ** checkBits - 1))
          latencies.push((now - time + 2 ** clockBits) % 2 ** clockBits);
      }
      return latencies;
    },
    { ...LAYOUT, wanted: count },
  );
}
