import { basename, join } from "node:path";
import { serializeSprites } from "@sameroom/protocol";
import { writeAtomically } from "../archive/write-atomically.ts";
import type { Pictures, PicturesWork } from "../transcode/messages.ts";
import type { FinishedFiles } from "./finish/finish-files.ts";

/** Makes poster and sprite sheets: `Transcoders.runJob`. */
export type MakePictures = (work: PicturesWork) => Promise<Pictures>;

/** Makes `poster.jpg`, `sprites-<n>.jpg` and `sprites.vtt` in a recording's directory. Rejects when there is no picture. */
export async function addPictures(
  directory: string,
  { pictures, durationMs }: Pick<FinishedFiles, "pictures" | "durationMs">,
  makePictures: MakePictures,
): Promise<void> {
  const [first] = pictures;
  if (first === undefined) throw new Error("no picture was recorded");
  const { sprites } = await makePictures({
    init: join(directory, first.init),
    fragments: pictures.map(({ path, init }) => ({
      path: join(directory, path),
      init: join(directory, init),
    })),
    durationMs,
    outDir: directory,
  });
  const sheets = sprites.map(({ path, ...sheet }) => ({ ...sheet, uri: basename(path) }));
  await writeAtomically(join(directory, "sprites.vtt"), serializeSprites(sheets, durationMs));
}
