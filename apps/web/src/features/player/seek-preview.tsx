/** A cut-out of a sprite sheet, in pixels of the sheet. */
export interface Thumbnail {
  url: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

const TALLEST_PX = 90;
const LABEL_HALF_PX = 28;

/** Floats over the seek bar at a place: its picture, where there is one, and its time. */
export function SeekPreview(props: { left: string; label: string; thumbnail: Thumbnail | null }) {
  const { left, label, thumbnail } = props;
  const scale = thumbnail ? Math.min(1, TALLEST_PX / thumbnail.height) : 1;
  const half = thumbnail ? (thumbnail.width * scale) / 2 : LABEL_HALF_PX;
  return (
    <div
      aria-hidden="true"
      data-seek-preview
      className="pointer-events-none absolute bottom-full mb-1 flex -translate-x-1/2 flex-col items-center gap-1.5"
      style={{ left: `clamp(${half}px, ${left}, calc(100% - ${half}px))` }}
    >
      {thumbnail && (
        <span
          className="block overflow-hidden rounded-lg bg-black shadow-float ring-2 ring-white/85"
          style={{ width: thumbnail.width * scale, height: thumbnail.height * scale }}
        >
          <span
            className="block origin-top-left bg-no-repeat"
            style={{
              width: thumbnail.width,
              height: thumbnail.height,
              transform: `scale(${scale})`,
              backgroundImage: `url(${JSON.stringify(thumbnail.url)})`,
              backgroundPosition: `-${thumbnail.x}px -${thumbnail.y}px`,
            }}
          />
        </span>
      )}
      <span className="rounded-md bg-black/75 px-2 py-0.5 text-xs font-semibold whitespace-nowrap text-white tabular">
        {label}
      </span>
    </div>
  );
}
