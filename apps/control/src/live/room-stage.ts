import type { Log } from "@sameroom/base";
import {
  type GoneReason,
  may,
  type Publisher,
  type RoomSnapshot,
  type StageMember,
  type StageOrder,
} from "@sameroom/contract";
import type { Time } from "../clock.ts";
import type { Database } from "../db/database.ts";
import type { PresenceService } from "../features/presence/presence.ts";
import { stageCommands } from "../features/stage/socket.ts";
import { createStage, type StageService } from "../features/stage/stage.ts";
import { createStageStore } from "../features/stage/store.ts";
import type { WorkerState, Workers } from "../link/workers.ts";
import type { CommandHandlers, Gateway } from "../realtime/gateway.ts";
import type { Admission } from "../realtime/room-socket.ts";
import type { AppendEvent } from "../room-log.ts";

export interface RoomStageDeps {
  db: Database["orm"];
  time: Time;
  log: Log;
  workers: Pick<Workers, "all" | "broadcast">;
  presence: Pick<PresenceService, "find">;
  append: AppendEvent;
  isOnAir: (slug: string) => boolean;
  refuseMuted: (slug: string, participant: string) => Promise<void>;
  /** What is to be known of the host's picture to compose it with others'. */
  hostPicture: (slug: string) => Pick<StageOrder["faces"][number], "cameraOff" | "whole">;
  /** What the host's devices do, as others see it who are joined with the room. */
  hostDevices: (slug: string) => Pick<StageMember, "microphoneMuted" | "cameraOff">;
  /** Not asked for before the first change. */
  gateway: () => Pick<Gateway, "toHosts" | "toPerson" | "changeStanding">;
}

/** Stages as the rest of control meets them. */
export interface RoomStage
  extends Pick<StageService, "isGuest" | "silence" | "expel" | "ended" | "settled" | "close">,
    Pick<StageService, "of" | "standingsOf" | "change" | "handOver" | "readmit">,
    Pick<StageService, "hostOf" | "requireOpponentSeat" | "join" | "silenceOpponent"> {
  readonly commands: CommandHandlers;
  /** What of a stage is in this person's snapshot. */
  snapshotFor(
    admission: Pick<Admission, "claims" | "standings">,
  ): Promise<Pick<RoomSnapshot, "stage" | "hands" | "invited">>;
  publisher(publisher: Publisher): void;
  publisherGone(publisher: Publisher, reason: GoneReason): void;
  /** The room is on air, or media has said anew who publishes in it. */
  began(slug: string): void;
  /** The host's camera or microphone: the room a battle joins this one with sees it. */
  hostDevices(slug: string): void;
  /** Somebody has left the room: their hand goes down. */
  left(slug: string, participant: string): void;
}

export function createRoomStage(deps: RoomStageDeps): RoomStage {
  const { workers, presence, gateway, log } = deps;
  const stage = createStage({
    ...{ store: createStageStore(deps.db), time: deps.time, log },
    ...{ append: deps.append, isOnAir: deps.isOnAir, refuseMuted: deps.refuseMuted, find: presence.find },
    tellHands: (slug, hands) => gateway().toHosts(slug, "stage.hands", hands),
    tellInvited: (slug, participant, by) => gateway().toPerson(slug, participant, "stage.invited", by),
    changeStanding: (...change) => gateway().changeStanding(...change),
    order(slug, order) {
      const [host] = order.seats;
      const faces = order.faces.map((face) => {
        const visitor = order.visitors?.find(({ participant }) => participant === face.participant);
        const hosts = visitor?.room ?? (face.participant === host ? slug : null);
        return hosts === null ? face : { ...face, ...deps.hostPicture(hosts) };
      });
      const all = workers.all();
      for (const worker of all)
        worker.send?.({ type: "stage", room: slug, ...visitorsFor(worker, { ...order, faces }, all) });
    },
  });

  /** Tells the room that a battle joins this one with, if there is one. */
  function toOpponents(slug: string, tell: (room: string) => void): void {
    stage.opponentRoomOf(slug).then(
      (room) => room !== null && tell(room),
      (error: unknown) => log.warn("a battle's other side was not told", { room: slug, err: error }),
    );
  }
  /** It carries the host of this one from where they are now. */
  const orderOpponents = (slug: string) => toOpponents(slug, stage.orderAgain);

  return {
    isGuest: stage.isGuest,
    of: stage.of,
    standingsOf: stage.standingsOf,
    change: stage.change,
    handOver: stage.handOver,
    readmit: stage.readmit,
    hostOf: stage.hostOf,
    requireOpponentSeat: stage.requireOpponentSeat,
    silenceOpponent: stage.silenceOpponent,
    join: (slug, opponent) =>
      stage.join(slug, opponent && { ...opponent, ...deps.hostDevices(opponent.room) }),
    silence: stage.silence,
    expel: stage.expel,
    ended: stage.ended,
    settled: stage.settled,
    close: stage.close,
    commands: stageCommands(stage),
    async snapshotFor({ claims, standings }) {
      const { stage: now, hands, invited } = await stage.of(claims.room, claims.sub);
      return {
        stage: now,
        ...(may(standings, "stage.invite") ? { hands } : {}),
        ...(invited === null ? {} : { invited }),
      };
    },
    publisher(publisher) {
      stage.publisher(publisher);
      if (publisher.role === "host") orderOpponents(publisher.room);
    },
    publisherGone(publisher, reason) {
      // Their newer session is there already.
      if (reason !== "replaced") stage.publisherGone(publisher);
    },
    began(slug) {
      const publishers = workers.all().flatMap((worker) => [...worker.publishers.values()]);
      stage.rollCall(
        slug,
        publishers.filter(({ room }) => room === slug),
      );
      orderOpponents(slug);
    },
    hostDevices: (slug) => toOpponents(slug, (room) => stage.opponentDevices(room, deps.hostDevices(slug))),
    left: stage.left,
  };
}

/** The order as it is for one worker: it takes hosts of other rooms from the workers that have them. */
function visitorsFor(worker: WorkerState, order: StageOrder, all: readonly WorkerState[]): StageOrder {
  if (order.visitors === undefined) return order;
  const has = ({ publishers }: WorkerState, slug: string) =>
    [...publishers.values()].some(({ room, role }) => room === slug && role === "host");
  const visitors = order.visitors.map((visitor) => {
    const there = has(worker, visitor.room) ? undefined : all.find((other) => has(other, visitor.room));
    return { ...visitor, from: there?.relayUrl ?? null };
  });
  return { ...order, visitors };
}
