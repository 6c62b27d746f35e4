import { createRequire } from "node:module";

/** Size and rate of the demo picture. */
export interface PictureFormat {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
}

export const demoPicture: PictureFormat = { width: 1280, height: 720, framesPerSecond: 30 };

/** JetBrains Mono (SIL Open Font License): its digits are equally wide, so the clock does not jitter. */
const fontFile = createRequire(import.meta.url).resolve(
  "@fontsource/jetbrains-mono/files/jetbrains-mono-latin-700-normal.woff",
);

/**
 * FFmpeg filter graph of the demo picture: a slow gradient, drifting lights, a ball that bounces once a second, and
 * a clock with milliseconds, taken when the frame is made, so that anybody can read the latency off two screens.
 * The gradient is made small and scaled up, and the shapes are drawn once and moved: about 7 % of a core.
 */
export function pictureGraph(format: PictureFormat): string {
  const { width, height, framesPerSecond: rate } = format;
  const unit = height / 720;
  const px = (size: number) => 2 * Math.round((size * unit) / 2);
  const light = "pow(max(0,1-hypot(X-W/2,Y-H/2)/(W/2)),1.6)";
  const corner = px(36);
  const panel = `clip(${corner}.5-hypot(max(abs(X-W/2)-W/2+${corner},0),max(abs(Y-H/2)-H/2+${corner},0)),0,1)`;
  const shape = (color: string, size: string, alpha: string) =>
    `color=c=${color}:s=${size}:r=${rate},trim=end_frame=1,format=yuva420p,` +
    `geq=lum='lum(X,Y)':cb='cb(X,Y)':cr='cr(X,Y)':a='${alpha}',loop=loop=-1:size=1,setpts=N/${rate}/TB`;
  const text = (what: string, size: number, place: string) =>
    `drawtext=fontfile='${fontFile}':text='${what}':fontsize=${px(size)}:${place}`;
  return [
    `gradients=s=320x180:r=${rate}:speed=0.006:n=4:c0=0x140b2e:c1=0x4a25c9:c2=0xe8487f:c3=0x0b8f9c:` +
      `x0=0:y0=0:x1=320:y1=180:seed=11,format=yuv420p,scale=${width}:${height}:flags=bilinear[sky]`,
    `${shape("0xffd9a0", `${px(420)}x${px(420)}`, `150*${light}`)}[warm]`,
    `${shape("0x7fe7ff", `${px(360)}x${px(360)}`, `140*${light}`)}[cool]`,
    `${shape("white", `${px(96)}x${px(96)}`, "235*clip(W/2-1-hypot(X-W/2,Y-H/2),0,1)")}[ball]`,
    `${shape("0x0c0820", `${px(840)}x${px(230)}`, `135*${panel}`)}[panel]`,
    "[sky][warm]overlay=x='(W-w)*(0.5+0.5*sin(t*0.43))':y='(H-h)*(0.5+0.5*cos(t*0.61))'[a]",
    "[a][cool]overlay=x='(W-w)*(0.5+0.5*sin(t*0.71+2))':y='(H-h)*(0.5+0.5*sin(t*0.37))'[b]",
    "[b][panel]overlay=x=(W-w)/2:y=(H-h)/2[c]",
    `[c][ball]overlay=x='(W-w)*(0.5+0.5*sin(t*PI/2))':y='H-h-${px(40)}-${px(90)}*abs(sin(t*PI))'[d]`,
    `[d]${text("%{localtime\\:%H\\\\\\:%M\\\\\\:%S.%3N}", 104, `fontcolor=white:x=(w-tw)/2:y=h/2-${px(66)}`)},` +
      `${text("burnt in when the frame was made", 26, `fontcolor=white@0.75:x=(w-tw)/2:y=h/2+${px(58)}`)},` +
      `${text("SAMEROOM DEMO", 26, `fontcolor=white@0.85:x=${px(56)}:y=${px(52)}`)},` +
      `${text("%{localtime\\:%d %b %Y}", 26, `fontcolor=white@0.7:x=w-tw-${px(56)}:y=${px(52)}`)},` +
      "format=yuv420p",
  ].join(";");
}
