import type {
  Battle,
  ClientToServer,
  ControlToMedia,
  RoomEvent,
  RoomTokenClaims,
  ServerToClient,
  Standing,
} from "@sameroom/contract";
import type { Server, Socket } from "socket.io";
import type { PresenceNews } from "./presence-news.ts";
import type { TokenBucket } from "./token-bucket.ts";

/** Whom a token lets in, and what they are to the room. */
export interface Admission {
  claims: RoomTokenClaims;
  /** May stay when the room is private. */
  trusted: boolean;
  /** Sees what is private: the owner, hosts, admins. */
  insider: boolean;
  /** All they are to the room. */
  standings: readonly Standing[];
  /** Of a subscriber: months so far; of others: those of a first one. */
  months: number;
}

export interface SocketData extends Admission {
  bucket: TokenBucket;
  refused: number;
  /** Gets all of the room's log. */
  staff: boolean;
}
/** What control processes tell each other. */
interface BetweenPeers {
  appended: (slug: string, events: RoomEvent[]) => void;
  reactions: (slug: string, counts: Readonly<Record<string, number>>) => void;
  battle: (slug: string, battle: Battle) => void;
  standing: (slug: string, participant: string, standing: Standing, has: boolean) => void;
  presence: (news: PresenceNews) => void;
  workers: (message: ControlToMedia) => void;
}
export type Io = Server<ClientToServer, ServerToClient, BetweenPeers, SocketData>;
export type RoomSocket = Socket<ClientToServer, ServerToClient, BetweenPeers, SocketData>;
