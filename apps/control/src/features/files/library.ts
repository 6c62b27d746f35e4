import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { MediaFile } from "@sameroom/contract";

/** What FFmpeg opens as a film or a piece of music. */
const MEDIA = /\.(?:mp4|m4v|mov|mkv|webm|ts|m2ts|flv|avi|mpe?g|m4a|mp3|aac|ogg|opus|flac|wav)$/i;
const MOST_FILES = 1000;
const MOST_DEPTH = 5;

/** The operator's media files. */
export interface FileLibrary {
  /** By name; none where there is no directory. */
  list(): Promise<MediaFile[]>;
}

/** Lists a directory and those in it; hidden ones, and links, which could lead anywhere, are left out. */
export function createFileLibrary(directory: string | null): FileLibrary {
  async function walk(path: string, depth: number, found: MediaFile[]): Promise<void> {
    const entries = await readdir(join(directory!, path), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      if (found.length >= MOST_FILES || entry.name.startsWith(".")) continue;
      const name = path === "" ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory() && depth < MOST_DEPTH) await walk(name, depth + 1, found);
      if (!entry.isFile() || !MEDIA.test(entry.name)) continue;
      const facts = await stat(join(directory!, name)).catch(() => undefined);
      if (facts === undefined) continue;
      found.push({ name, bytes: facts.size, modifiedAt: facts.mtime.toISOString() });
    }
  }

  return {
    async list() {
      const found: MediaFile[] = [];
      if (directory !== null) await walk("", 1, found);
      return found;
    },
  };
}
