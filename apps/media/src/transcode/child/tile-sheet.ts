import type { PictureSize } from "@sameroom/protocol";
import type { Frame } from "node-av/lib";
import { sheetColumns } from "../sprite-plan.ts";
import { jpegFormat } from "./jpeg.ts";
import { Scaler } from "./scaler.ts";

/** Many small pictures in one, row by row; black where none is. */
export class TileSheet {
  readonly columns = sheetColumns;
  readonly rows: number;
  readonly size: PictureSize;
  /** Planes Y, Cb, Cr one after the other. */
  readonly pixels: Buffer;
  readonly #tile: PictureSize;

  /** Tiles of the given even size, room for `tiles` of them. */
  constructor(tile: PictureSize, tiles: number) {
    this.#tile = tile;
    this.rows = Math.max(1, Math.ceil(tiles / this.columns));
    this.size = { width: tile.width * this.columns, height: tile.height * this.rows };
    const area = this.size.width * this.size.height;
    this.pixels = Buffer.alloc((area * 3) / 2, 128).fill(0, 0, area);
  }

  /** Puts a picture of any size, squeezed to a tile, at the given place, counted from 0. */
  put(place: number, frame: Frame): void {
    const scaler = new Scaler(this.#tile, jpegFormat);
    try {
      this.#copy(place, scaler.scale(frame).toBuffer());
    } finally {
      scaler.close();
    }
  }

  #copy(place: number, tile: Buffer): void {
    const column = place % this.columns;
    const row = Math.floor(place / this.columns);
    let from = 0;
    let to = 0;
    for (const shrink of [1, 2, 2]) {
      const width = this.#tile.width / shrink;
      const height = this.#tile.height / shrink;
      const stride = this.size.width / shrink;
      const start = to + row * height * stride + column * width;
      for (let line = 0; line < height; line++) {
        tile.copy(this.pixels, start + line * stride, from + line * width, from + (line + 1) * width);
      }
      from += width * height;
      to += stride * (this.size.height / shrink);
    }
  }
}
