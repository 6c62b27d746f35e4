import type { RecordingView } from "@sameroom/contract";
import { faultWords } from "../recordings/recording-words.ts";

export interface ReplayStanding {
  tone: "wait" | "trouble" | "over";
  title: string;
  text: string;
}

/** Why a recording cannot be played yet, or at all; null when it can. */
export function replayStanding(
  recording: Pick<RecordingView, "state" | "fault" | "urls" | "mine">,
): ReplayStanding | null {
  const fault = recording.mine ? faultWords(recording.fault) : null;
  switch (recording.state) {
    case "recording":
      return {
        tone: "wait",
        title: "The show is still on air",
        text: "It is being recorded. The replay is here soon after it ends; this page opens it by itself.",
      };
    case "suspended":
      return {
        tone: "trouble",
        title: "The recording waits",
        text: fault
          ? `${fault.headline}. ${fault.advice} It goes on by itself when it can.`
          : "The server cannot write at the moment. It goes on by itself when it can.",
      };
    case "finishing":
      return {
        tone: "wait",
        title: "The replay is being prepared",
        text: "The file, the poster and the preview pictures are made. This page opens it by itself.",
      };
    case "failed":
      return {
        tone: "over",
        title: "There is no replay of this show",
        text: fault ? `${fault.headline}. ${fault.advice}` : "The recording did not succeed.",
      };
    case "ready":
      if (recording.urls !== null) return null;
      return {
        tone: "over",
        title: "The replay cannot be reached",
        text: "The server that keeps it is away at the moment. Try again later.",
      };
  }
}
