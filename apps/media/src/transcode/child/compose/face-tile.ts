import { AV_PIX_FMT_YUV420P } from "node-av/constants";
import { FFmpegError, Filter, FilterGraph, Frame } from "node-av/lib";
import type { Yuv } from "./canvas.ts";
import { initialsOf } from "./initials.ts";

/** What lies behind everybody. */
export const BACKGROUND: Yuv = { y: 28, u: 131, v: 128 };
/** Discs behind initials: dark enough for white letters, told apart by their hue. */
const COLORS: readonly Yuv[] = [
  { y: 78, u: 110, v: 165 },
  { y: 76, u: 158, v: 136 },
  { y: 84, u: 138, v: 104 },
  { y: 84, u: 114, v: 108 },
  { y: 84, u: 96, v: 146 },
  { y: 76, u: 140, v: 158 },
];
/** Of the shorter side. */
const DISC = 0.46;
const LETTERS = 0.5;

/** Who somebody is where there is no picture of them: initials on a disc; whose letters no font here has, a disc alone. */
export function drawFace(name: string, { width, height }: { width: number; height: number }): Frame {
  const tile = new Frame();
  tile.alloc();
  tile.width = width;
  tile.height = height;
  tile.format = AV_PIX_FMT_YUV420P;
  tile.pts = 0n;
  FFmpegError.throwIfError(tile.getBuffer(), "picture buffer");
  const diameter = Math.min(width, height) * DISC;
  drawDisc(tile, diameter / 2, colorOf(name));
  const initials = initialsOf(name);
  if (initials === undefined) return tile;
  const size = Math.max(8, Math.round(diameter * LETTERS));
  const written = write(tile, { ...initials, size });
  tile.free();
  return written;
}

function colorOf(name: string): Yuv {
  let seed = 0;
  for (const letter of name) seed = (seed * 31 + letter.codePointAt(0)!) >>> 0;
  return COLORS[seed % COLORS.length]!;
}

function drawDisc(tile: Frame, radius: number, color: Yuv): void {
  const planes = tile.data!;
  for (const [plane, key] of (["y", "u", "v"] as const).entries()) {
    const half = plane === 0 ? 1 : 2;
    const [bytes, stride] = [planes[plane]!, tile.linesize[plane]!];
    const [width, height, r] = [tile.width / half, tile.height / half, radius / half];
    bytes.fill(BACKGROUND[key]);
    for (let row = Math.ceil(height / 2 - r); row < height / 2 + r; row += 1) {
      const reach = Math.sqrt(Math.max(0, r * r - (row + 0.5 - height / 2) ** 2));
      const from = Math.max(0, Math.round(width / 2 - reach));
      const to = Math.min(width, Math.round(width / 2 + reach));
      if (row >= 0 && row < height && to > from)
        bytes.fill(color[key], row * stride + from, row * stride + to);
    }
  }
}

/** The tile with letters in its middle: another frame. */
function write(
  tile: Frame,
  { text, fontFile, size }: { text: string; fontFile: string; size: number },
): Frame {
  const graph = new FilterGraph();
  graph.alloc();
  try {
    const { width, height } = tile;
    const shape = `video_size=${width}x${height}:pix_fmt=${AV_PIX_FMT_YUV420P}:time_base=1/1000000:pixel_aspect=1/1`;
    const letters = `fontfile=${quote(fontFile)}:text=${quote(text)}:expansion=none:fontsize=${size}:fontcolor=white:x=(w-tw)/2:y=(h-th)/2`;
    const [source, writer, sink] = [
      filter(graph, "buffer", shape),
      filter(graph, "drawtext", letters),
      filter(graph, "buffersink", null),
    ];
    FFmpegError.throwIfError(source.link(0, writer, 0), "letters");
    FFmpegError.throwIfError(writer.link(0, sink, 0), "letters");
    FFmpegError.throwIfError(graph.configSync(), "letters");
    FFmpegError.throwIfError(source.buffersrcAddFrameSync(tile), "letters");
    const written = new Frame();
    written.alloc();
    FFmpegError.throwIfError(sink.buffersinkGetFrameSync(written), "letters");
    return written;
  } finally {
    graph.free();
  }
}

function filter(graph: FilterGraph, name: string, options: string | null) {
  const kind = Filter.getByName(name);
  const made = kind === null ? null : graph.createFilter(kind, name, options);
  if (made === null) throw new Error(`this build of FFmpeg has no ${name}`);
  return made;
}

/** As options of filters are quoted (`man ffmpeg-utils`, "Quoting and escaping"). */
function quote(text: string): string {
  return `'${text.replace(/[\\:]/g, "\\$&").replace(/'/g, "'\\\\''")}'`;
}
