import type { PublishingSession } from "../ingest/publishing-session.ts";
import { type HostInputOptions, HostInputs } from "./host-inputs.ts";
import type { ProgramInputs } from "./program-inputs.ts";
import { UnitInputs } from "./unit-inputs.ts";

/** What a program takes of this session: its units where it has them, else its streams, tapped. */
export function openInputs(session: PublishingSession, options: HostInputOptions): ProgramInputs {
  const { originals } = session;
  return originals === undefined
    ? new HostInputs(session, options)
    : new UnitInputs(session, originals, options);
}
