import type { ChildToSupervisor } from "@sameroom/contract";
import { ProblemError } from "../../problem-error.ts";

export interface DemoPorts {
  /** Sends to the supervisor; null without one. */
  send: ((message: ChildToSupervisor) => void) | null;
  /** The demo's room, made when missing, with a fresh stream key. */
  prepareRoom: () => Promise<{ slug: string; streamKey: string }>;
  /** Ends the room's broadcast when it is on air. */
  endRoom: (slug: string) => Promise<void>;
}

/** The demo broadcast: control prepares the room, the supervisor runs the publisher. */
export interface Demo {
  /** false without a supervisor, which alone can run it. */
  readonly available: boolean;
  readonly running: boolean;
  /** The demo's room while it runs. */
  readonly room: string | null;
  /** Starts it unless it runs; returns its room. Throws `server.unavailable` without a supervisor. */
  start(): Promise<string>;
  stop(): Promise<void>;
  /** The supervisor says whether the publisher runs. */
  handleState(running: boolean): void;
}

export function createDemo(deps: DemoPorts): Demo {
  let running = false;
  let room: string | null = null;
  let starting: Promise<string> | null = null;

  async function begin(send: (message: ChildToSupervisor) => void): Promise<string> {
    const { slug, streamKey } = await deps.prepareRoom();
    room = slug;
    send({ type: "start-demo", room: slug, streamKey });
    return slug;
  }

  return {
    available: deps.send !== null,
    get running() {
      return running;
    },
    get room() {
      return running ? room : null;
    },
    async start() {
      const { send } = deps;
      if (send === null)
        throw new ProblemError("server.unavailable", { detail: "The demo runs only under the supervisor." });
      if (running && room !== null) return room;
      starting ??= begin(send).finally(() => {
        starting = null;
      });
      return starting;
    },
    async stop() {
      deps.send?.({ type: "stop-demo" });
      running = false;
      if (room !== null) await deps.endRoom(room);
    },
    handleState(now) {
      running = now;
    },
  };
}
