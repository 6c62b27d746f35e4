/** The element that shows a watch or a replay, and the last picture over it while its source changes. */
export interface Screen {
  readonly element: HTMLVideoElement;
  /** The viewer has stopped it. */
  readonly paused: boolean;
  /** `paused` changed by the viewer's hand. */
  onPaused: (paused: boolean) => void;
  /** Keeps the picture of this moment on screen, whatever becomes of the source; nothing when it is kept already. */
  hold(): void;
  /** Shows the element again: at once, or with the next frame it renders. */
  release(when: "now" | "rendered"): void;
  /** Another source, in the state the viewer left the last one in. */
  show(stream: MediaStream): void;
  /** The element belongs to somebody else, who sets its `src`; plays unless the viewer has stopped it. */
  play(): void;
  /** Takes the source away. */
  clear(): void;
  close(): void;
}
