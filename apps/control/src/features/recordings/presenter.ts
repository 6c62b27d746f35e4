import {
  isOpenToAll,
  PLAYBACK_TOKEN_MAX_TTL_S,
  type RecordingList,
  type RecordingView,
} from "@sameroom/contract";
import type { FastifyRequest } from "fastify";
import type { Principal } from "../../http/principal.ts";
import { publicAddress, resolveMediaUrl } from "../../http/public-url.ts";
import { serializeCursor } from "./cursor.ts";
import { isMine, mayListAll } from "./policy.ts";
import { presentRecording } from "./present.ts";
import type { OwnedRecording, RecordingPage } from "./store.ts";

export interface RecordingPresenterPorts {
  /** Base URL of a worker, which may be away; may begin with a colon. */
  mediaUrlOf: (worker: string) => string;
  /** A playback token for one recording. */
  sign: (claims: { sub: string; recording: string }, ttlS: number) => Promise<{ token: string }>;
  /** Whether the caller may watch what is for subscribers of the room's channel. */
  subscribes: (principal: Principal, room: OwnedRecording["room"]) => Promise<boolean>;
  /** How long recordings are kept after their end, milliseconds; null: for ever. */
  keepMs: number | null;
}

type Asker = Pick<FastifyRequest, "principal" | "protocol" | "host">;

/** Makes views of recordings that the caller may see, with addresses that play for this caller. */
export interface RecordingPresenter {
  present(owned: OwnedRecording, asker: Asker): Promise<RecordingView>;
  page(page: RecordingPage, asker: Asker): Promise<RecordingList>;
}

export function createRecordingPresenter(ports: RecordingPresenterPorts): RecordingPresenter {
  async function present(owned: OwnedRecording, asker: Asker): Promise<RecordingView> {
    const { recording, room } = owned;
    const { principal } = asker;
    const locked = recording.visibility === "subscribers" && !(await ports.subscribes(principal, room));
    const token =
      !isOpenToAll(recording.visibility) && recording.state === "ready" && !locked
        ? (await ports.sign({ sub: subjectOf(principal), recording: recording.id }, PLAYBACK_TOKEN_MAX_TTL_S))
            .token
        : undefined;
    return presentRecording(owned, {
      mediaUrl: resolveMediaUrl(ports.mediaUrlOf(recording.worker), publicAddress(asker)),
      ...(token === undefined ? {} : { token }),
      mine: isMine(principal, owned),
      locked,
      withFault: mayListAll(principal, room),
      keepMs: ports.keepMs,
    });
  }
  return {
    present,
    async page({ recordings, next }, asker) {
      return {
        recordings: await Promise.all(recordings.map((one) => present(one, asker))),
        nextCursor: next === null ? null : serializeCursor(next),
      };
    },
  };
}

/** Private recordings are shown to accounts only. */
function subjectOf(principal: Principal): string {
  return principal.kind === "account" ? `user:${principal.account.id}` : "guest:none";
}
