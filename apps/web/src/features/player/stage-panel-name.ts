/** What can be open over the picture, one at a time. */
export type StagePanelName = "quality" | "speed" | "captions" | "details";
