import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Config } from "../config/config.ts";
import { chooseDestination, type DestinationOptions, PublishMistake } from "./destination.ts";
import { forkPublisher } from "./fork-publisher.ts";
import type { PublishNews, PublishOrder } from "./messages.ts";
import { progressLine } from "./progress-line.ts";

export interface PublishOptions extends DestinationOptions {
  file: string;
  /** From the beginning again at the end, without a break. */
  loop: boolean;
}

/** Where progress is shown. */
export interface Screen {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

/** Time to say goodbye to the server, ms. */
const FAREWELL_MS = 3000;
/** Without a terminal progress is a line so often, in seconds. */
const PLAIN_EVERY_S = 10;

/**
 * `sameroom publish`: a file as a live show, in real time, until its end or Ctrl+C. FFmpeg runs in a child. Returns the exit code;
 * throws `PublishMistake` for what the operator can put right.
 */
export async function publish(config: Config, options: PublishOptions, screen: Screen): Promise<number> {
  const file = resolve(options.file);
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || found.isDirectory()) throw new PublishMistake(`there is no file ${file}`);
  const destination = await chooseDestination(config, options);
  const { url, bearer } = destination;
  const order: PublishOrder = { file, url, bearer, loop: options.loop };
  const child = forkPublisher();
  child.send(order, () => {});
  let force: NodeJS.Timeout | undefined;
  const stop = () => {
    if (child.connected) child.disconnect();
    force ??= setTimeout(() => child.kill("SIGKILL"), FAREWELL_MS);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  let durationS = 0;
  let ending: Extract<PublishNews, { type: "failed" | "done" }> | undefined;
  child.on("message", (message) => {
    const news = message as PublishNews;
    if (news.type === "live") {
      durationS = news.durationS;
      screen.write(`live at ${destination.shown}: ${news.tracks.join(", ")}\n`);
    } else if (news.type === "progress") {
      const line = progressLine(news, { durationS, loop: options.loop });
      if (screen.isTTY === true) screen.write(`\r\u001b[K${line}`);
      else if (Math.round(news.sentS) % PLAIN_EVERY_S === 0) screen.write(`${line}\n`);
    } else ending = news;
  });
  const code = await new Promise<number | null>((done) => child.once("exit", done));
  clearTimeout(force);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.removeListener(signal, stop);
  if (screen.isTTY === true) screen.write("\n");
  if (ending?.type === "failed") throw new PublishMistake(ending.message);
  if (ending === undefined && force === undefined)
    throw new PublishMistake(`publishing ended unexpectedly (exit code ${code})`);
  return 0;
}
