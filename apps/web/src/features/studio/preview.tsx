import { Coffee, VideoOff } from "lucide-react";
import { type ReactNode, type RefObject, useEffect } from "react";
import { Spinner } from "../../ui/atoms/spinner.tsx";
import { StageVeil, StageWords } from "../player/stage-veil.tsx";
import type { StageArrangement } from "../stage/stage-picture.tsx";
import type { CaptureState } from "./capture-state.ts";

/** What the host sees of the show: the camera as in a mirror, or the screen as it is. */
export function Preview(props: {
  capture: CaptureState;
  video: RefObject<HTMLVideoElement | null>;
  chips: ReactNode;
  /** Who is in the picture beside the host. */
  arrangement?: StageArrangement;
}) {
  const { capture, video, arrangement } = props;
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = capture.video ? new MediaStream([capture.video]) : null;
    return () => {
      element.srcObject = null;
    };
  }, [video, capture.video]);
  return (
    <div className="relative aspect-video max-h-[calc(100dvh-12rem)] w-full overflow-hidden bg-stage sm:rounded-3xl">
      {arrangement?.behind}
      <video
        ref={video}
        autoPlay
        playsInline
        muted
        aria-label="Preview of your show"
        style={arrangement?.frame}
        className={`size-full object-contain ${capture.mirrored ? "-scale-x-100" : ""}`}
      />
      {arrangement?.ahead}
      {capture.onBreak && (
        <StageVeil>
          <Coffee size={34} aria-hidden="true" />
          <StageWords title="You are on a break">
            Nobody sees or hears you. Press B, or the cup, to come back.
          </StageWords>
        </StageVeil>
      )}
      {!capture.video && (
        <div className="absolute inset-0 flex flex-col items-center justify-center gap-3 text-white/85">
          {capture.camera.status === "opening" ? (
            <>
              <Spinner size={32} />
              <p className="px-6 text-center">Opening your camera. Your browser may ask for permission.</p>
            </>
          ) : (
            <>
              <VideoOff size={34} aria-hidden="true" />
              <p>Your camera is off</p>
            </>
          )}
        </div>
      )}
      <div className="absolute inset-x-3 top-3 flex flex-wrap items-center gap-1.5 sm:inset-x-4 sm:top-4">
        {props.chips}
      </div>
    </div>
  );
}
