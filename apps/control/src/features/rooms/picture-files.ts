import { randomBytes } from "node:crypto";
import { mkdirSync, type ReadStream } from "node:fs";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PICTURE_TYPES, type PictureType } from "./picture-type.ts";

/** Pictures on disk, one folder. Names are ours: `<16 hex>.<type>`. */
export interface PictureFiles {
  /** Writes a picture completely or not at all; returns its name. */
  save(bytes: Uint8Array, type: PictureType): Promise<string>;
  /** A stored picture, or null when it is gone. The caller reads or destroys the stream. */
  read(name: string): Promise<{ stream: ReadStream; contentType: string; bytes: number } | null>;
  remove(name: string): Promise<void>;
}

const NAME = /^[0-9a-f]{16}\.(jpeg|png|webp)$/;

/** Makes the folder; throws when that is impossible. */
export function createPictureFiles(folder: string): PictureFiles {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    async save(bytes, type) {
      const name = `${randomBytes(8).toString("hex")}.${type}`;
      const draft = join(folder, `.${name}.part`);
      try {
        await writeFile(draft, bytes, { mode: 0o600 });
        await rename(draft, join(folder, name));
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      return name;
    },
    async read(name) {
      const type = NAME.exec(name)?.[1] as PictureType | undefined;
      if (type === undefined) return null;
      try {
        const file = await open(join(folder, name));
        const { size } = await file.stat();
        return { stream: file.createReadStream(), contentType: PICTURE_TYPES[type], bytes: size };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
        throw error;
      }
    },
    async remove(name) {
      if (NAME.test(name)) await rm(join(folder, name), { force: true });
    },
  };
}
