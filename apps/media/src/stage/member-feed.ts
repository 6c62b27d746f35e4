import type { AccessUnit } from "@sameroom/protocol";
import type { PublishingSession } from "../ingest/publishing-session.ts";
import { openInputs } from "../program/open-inputs.ts";
import type { Program } from "../program/program.ts";
import { LayerChoice } from "./layer-choice.ts";

/** What one on stage sends, as far as a composed picture needs it. */
export interface MemberFeed {
  readonly session: PublishingSession;
  /** A picture has begun. */
  readonly hasPicture: boolean;
  /** Capture time of the newest of it all, µs. */
  readonly newestMicros: number;
  /** Shorter side of their place, pixels. */
  want(short: number): void;
  /** Follows what they send now. A few times a second, and when it has changed. */
  refresh(): void;
  askForKeyframes(): void;
  close(): void;
}

/** Feeds from a session: of the host of a show what the show hears of them anyway, of others what `program` taps for it. */
export function openFeed(
  session: PublishingSession,
  {
    program,
    own,
    onUnit,
  }: { program: Program; own: Program | undefined; onUnit: (unit: AccessUnit) => void },
): MemberFeed {
  return own?.host === session ? hostFeed(session, own, onUnit) : guestFeed(session, program, onUnit);
}

/** What both have of what goes through. */
function chosen(
  session: PublishingSession,
  onUnit: (unit: AccessUnit) => void,
  askForKeyframes: () => void,
): Pick<MemberFeed, "session" | "hasPicture" | "newestMicros" | "want" | "askForKeyframes"> & {
  take(rendition: string, unit: AccessUnit): void;
  current(): string | undefined;
} {
  const choice = new LayerChoice(onUnit, askForKeyframes);
  let newestMicros = Number.NEGATIVE_INFINITY;
  return {
    session,
    askForKeyframes,
    get hasPicture() {
      return choice.current !== undefined;
    },
    get newestMicros() {
      return newestMicros;
    },
    want: (short) => choice.want(short),
    current: () => choice.current,
    take(rendition, unit) {
      newestMicros = Math.max(newestMicros, unit.captureMicros);
      choice.take(rendition, unit);
    },
  };
}

function hostFeed(
  session: PublishingSession,
  program: Program,
  onUnit: (unit: AccessUnit) => void,
): MemberFeed {
  const feed = chosen(session, onUnit, () => program.askHostForKeyframes());
  const stop = program.hearHost((rendition, unit) => {
    if (program.host === session) feed.take(rendition, unit);
  });
  feed.askForKeyframes();
  return Object.assign(feed, { refresh() {}, close: stop });
}

function guestFeed(
  session: PublishingSession,
  program: Program,
  onUnit: (unit: AccessUnit) => void,
): MemberFeed {
  const feed = chosen(session, onUnit, () => inputs.askForKeyframes());
  const { inputs, detach } = program.attach((wiring) =>
    openInputs(session, { ...wiring, onAdded() {}, onPaused() {}, onFiller() {}, onUnit: feed.take }),
  );
  return Object.assign(feed, {
    refresh() {
      inputs.refresh();
      inputs.want((rendition) => rendition === feed.current());
    },
    close() {
      detach();
      inputs.close();
    },
  });
}
