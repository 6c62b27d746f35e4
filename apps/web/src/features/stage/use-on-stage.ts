import type { StageMember } from "@sameroom/contract";
import { useEffect } from "react";
import type { Capture } from "../studio/capture.ts";
import type { CaptureState } from "../studio/capture-state.ts";
import { hostStatusOf } from "../studio/host-status.ts";
import type { StageLive } from "./use-stage.ts";

/** Tells the room what a guest's devices do while they are on stage, and keeps who is silenced silent. */
export function useOnStage(facts: {
  capture: Capture | null;
  state: CaptureState;
  /** This person, while they publish. */
  self: StageMember | null;
  send: StageLive["send"];
}): void {
  const { capture, state, self, send } = facts;
  const { microphoneMuted, cameraOff } = hostStatusOf(state);
  const known = self && self.microphoneMuted === microphoneMuted && self.cameraOff === cameraOff;
  const on = self?.state === "on";
  useEffect(() => {
    if (!on || known) return;
    // What is not told now is told with the next change of the stage.
    void send("stage.devices", { microphoneMuted, cameraOff }).catch(() => {});
  }, [on, known, microphoneMuted, cameraOff, send]);
  const silenced = self?.silenced === true;
  useEffect(() => {
    if (silenced) capture?.setMuted(true);
  }, [capture, silenced]);
}
