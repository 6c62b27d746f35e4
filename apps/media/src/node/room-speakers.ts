import { ActiveSpeakers } from "@sameroom/engine";

/** Who speaks in each room, from the levels that publishers send with their audio. */
export class RoomSpeakers {
  readonly #rooms = new Map<string, ActiveSpeakers>();
  readonly #onChange: (room: string, ranking: readonly string[]) => void;

  constructor(onChange: (room: string, ranking: readonly string[]) => void) {
    this.#onChange = onChange;
  }

  level(room: string, participant: string, nowMs: number, level: number): void {
    let speakers = this.#rooms.get(room);
    if (speakers === undefined) {
      speakers = new ActiveSpeakers();
      this.#rooms.set(room, speakers);
    }
    speakers.level(participant, nowMs, level);
  }

  /** The participant publishes no more; with the last one the room is forgotten. */
  remove(room: string, participant: string): void {
    const speakers = this.#rooms.get(room);
    speakers?.remove(participant);
    if (speakers?.ranking.length === 0) this.#rooms.delete(room);
  }

  poll(nowMs: number): void {
    for (const [room, speakers] of this.#rooms) {
      if (speakers.poll(nowMs)) this.#onChange(room, speakers.ranking);
    }
  }
}
