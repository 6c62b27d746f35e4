import type { RecordingMode, RoomView } from "@sameroom/contract";
import { type FaultWords, faultWords } from "../recordings/recording-words.ts";

/** What the host sees of the recording, and the one thing to be done about it. */
export interface RecordingStanding {
  headline: string;
  text: string;
  /** Offered as a button; null when there is nothing to press. */
  action: "begin" | "end" | null;
  tone: "rest" | "on" | "trouble";
  fault: FaultWords | null;
}

/** Puts mode, air and recording together. `onAir`: the room is live or its host is on the way back. */
export function recordingStanding(facts: {
  mode: RecordingMode;
  onAir: boolean;
  recording: RoomView["recording"];
}): RecordingStanding {
  const { mode, onAir, recording } = facts;
  const fault = faultWords(recording?.fault ?? null);
  const rest = { tone: "rest", fault: null } as const;
  if (onAir && recording?.state === "recording") {
    return { tone: "on", fault: null, headline: "Recording", text: "The show is being kept.", action: "end" };
  }
  if (onAir && recording?.state === "suspended") {
    return {
      tone: "trouble",
      fault,
      headline: "The recording waits",
      text: "Your show goes on. The recording does too, as soon as it can.",
      action: "end",
    };
  }
  if (mode === "off") {
    return { ...rest, headline: "Recording is off", text: "This room keeps nothing.", action: null };
  }
  if (onAir && recording?.state === "failed") {
    return {
      tone: "trouble",
      fault,
      headline: "The recording failed",
      text: "Your show goes on. You can try to record the rest.",
      action: "begin",
    };
  }
  if (!onAir) {
    return mode === "automatic"
      ? { ...rest, headline: "Automatic", text: "Recording begins when you go live.", action: null }
      : {
          ...rest,
          headline: "When you press Record",
          text: "The button is here while you are live.",
          action: null,
        };
  }
  return {
    ...rest,
    headline: "Not recording",
    text: recording ? "What was recorded so far is kept." : "Nothing of this show is kept yet.",
    action: "begin",
  };
}
