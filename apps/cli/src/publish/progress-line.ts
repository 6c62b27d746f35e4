import type { PublishNews } from "./messages.ts";

/** `00:01:23 of 00:05:00, round 2, 2.4 Mbit/s`, and how late it is where the network or the machine is too slow. */
export function progressLine(
  { sentS, bitrate, lateMs }: Extract<PublishNews, { type: "progress" }>,
  { durationS, loop }: { durationS: number; loop: boolean },
): string {
  const rounds = loop && durationS > 0 ? Math.floor(sentS / durationS) : 0;
  const at = clockTime(sentS - rounds * durationS);
  const of = durationS > 0 ? `${at} of ${clockTime(durationS)}` : at;
  const round = loop ? `, round ${rounds + 1}` : "";
  const late = lateMs >= 500 ? `, ${(lateMs / 1000).toFixed(1)} s late` : "";
  return `${of}${round}, ${(bitrate / 1_000_000).toFixed(1)} Mbit/s${late}`;
}

function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
