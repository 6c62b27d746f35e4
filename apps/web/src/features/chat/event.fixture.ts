import type { Actor, EventBody, RoomEvent } from "@sameroom/contract";

export const ada: Actor = { participant: "user:ada", name: "Ada", standings: [] };

/** An event as a room tells it; a second after the one before. */
export function eventOf(sequence: number, body: EventBody, actor: Actor | null = ada): RoomEvent {
  const atUnixMs = 1_000_000 + sequence * 1_000;
  return { sequence, atUnixMs, captureUnixMs: null, actor, clientId: null, audience: "all", body };
}

export function messageOf(sequence: number, text = `message ${sequence}`, actor = ada): RoomEvent {
  return eventOf(sequence, { type: "message", text, replyTo: null, mentions: [] }, actor);
}

export function giftOf(sequence: number, combo: string, count: number, price = 10): RoomEvent {
  return eventOf(sequence, {
    type: "gift",
    transfer: `transfer${sequence}`,
    gift: "rose",
    name: "Rose",
    animation: "rose",
    price,
    count: 1,
    combo: { id: combo, count },
  });
}
