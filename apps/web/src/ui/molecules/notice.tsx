import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { joinClasses } from "../join-classes.ts";

export type NoticeTone = "info" | "good" | "warn" | "bad";
const LOOKS = {
  info: { look: "bg-dusk-wash text-dusk", Icon: Info },
  good: { look: "bg-good-wash text-good", Icon: CircleCheck },
  warn: { look: "bg-warn-wash text-warn", Icon: TriangleAlert },
  bad: { look: "bg-bad-wash text-bad", Icon: CircleAlert },
} as const;

/** A message in the page: what is the matter, and what to do about it. */
export function Notice(props: { tone: NoticeTone; title: string; children?: ReactNode; action?: ReactNode }) {
  const { look, Icon } = LOOKS[props.tone];
  return (
    <div
      role={props.tone === "bad" ? "alert" : "status"}
      className={joinClasses("flex animate-rise flex-wrap items-start gap-3 rounded-2xl p-4", look)}
    >
      <Icon size={20} className="mt-0.5 shrink-0" aria-hidden="true" />
      <div className="min-w-0 flex-1 basis-56">
        <p className="font-semibold">{props.title}</p>
        {props.children && <div className="mt-0.5 text-sm text-ink">{props.children}</div>}
      </div>
      {props.action}
    </div>
  );
}
