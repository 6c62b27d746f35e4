import { type ChildToSupervisor, type SupervisorToChild, supervisorToChildSchema } from "@sameroom/contract";

/** The supervisor's side of this process, when there is one. */
export interface Supervisor {
  send(message: ChildToSupervisor): void;
  /** Resolves when the message is on its way, for the last words before an exit. */
  sendAndWait(message: ChildToSupervisor): Promise<void>;
  /** Messages that do not fit the contract are ignored. */
  onMessage(listener: (message: SupervisorToChild) => void): void;
  /** The supervisor is gone, or let go of us. */
  onDisconnect(listener: () => void): void;
}

/** The channel to the supervisor, or null when this process was started by hand. */
export function connectSupervisor(child: NodeJS.Process): Supervisor | null {
  if (child.send === undefined) return null;
  // A supervisor that is gone is noticed by the disconnect; a send that fails meanwhile is no news.
  const post = (message: ChildToSupervisor, done: () => void) => {
    if (!child.connected) return done();
    child.send?.(message, undefined, undefined, () => done());
  };
  return {
    send: (message) => post(message, () => {}),
    sendAndWait: (message) => new Promise((resolve) => post(message, resolve)),
    onMessage(listener) {
      child.on("message", (value) => {
        const message = supervisorToChildSchema.safeParse(value);
        if (message.success) listener(message.data);
      });
    },
    onDisconnect(listener) {
      if (child.connected) child.once("disconnect", listener);
      else listener();
    },
  };
}
