import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JudgedStream, judge } from "../../../../testing/ffmpeg/judge.ts";
import type { HlsPlayer } from "./hls-player.fixture.ts";

/**
 * What FFmpeg decodes of a rendition's complete segments, those of each init segment by themselves. Throws when it complains of
 * anything.
 */
export async function judgeRendition(player: HlsPlayer, rendition: string): Promise<JudgedStream[]> {
  const { text } = await player.playlist(rendition);
  const groups: { init: string; segments: string[] }[] = [];
  for (const line of text.split("\n")) {
    const init = /^#EXT-X-MAP:.*URI="([^"]+)"/.exec(line)?.[1];
    if (init !== undefined) groups.push({ init, segments: [] });
    else if (line !== "" && !line.startsWith("#")) groups.at(-1)?.segments.push(line);
  }
  const directory = await mkdtemp(join(tmpdir(), "sameroom-rendition-"));
  const judged: JudgedStream[] = [];
  const base = rendition.replace(/[^/]*$/, "");
  const bytesOf = async (address: string) =>
    Buffer.from(await (await player.get(`${base}${address}`)).arrayBuffer());
  try {
    for (const { init, segments } of groups.filter((group) => group.segments.length > 0)) {
      const file = join(directory, "rendition.mp4");
      await writeFile(file, Buffer.concat(await Promise.all([init, ...segments].map(bytesOf))));
      const { messages, streams } = await judge(file);
      if (messages.length > 0) throw new Error(messages.join("\n"));
      judged.push(streams[0]!);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return judged;
}
