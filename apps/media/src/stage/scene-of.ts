import { placesOf, type StageOrder } from "@sameroom/contract";
import type { ComposeTile } from "../transcode/messages.ts";

/** Who is where in a composed picture, the lowest first; `isOnAir`: they send something. */
export function sceneOf(order: StageOrder, isOnAir: (participant: string) => boolean): ComposeTile[] {
  const members = order.seats.flatMap((participant, seat) =>
    participant === null ? [] : { participant, seat },
  );
  const places = placesOf({ ...order, members });
  const silenced = new Set(order.silenced);
  const tiles = members.flatMap(({ participant }) => {
    const place = places.get(participant);
    if (place === undefined) return [];
    const face = order.faces.find((one) => one.participant === participant);
    const { over, ...box } = place;
    const tile: ComposeTile = {
      ...box,
      member: participant,
      name: face?.name ?? "",
      whole: face?.whole ?? false,
      dark: face?.cameraOff === true || !isOnAir(participant),
      silent: silenced.has(participant),
    };
    return { tile, over };
  });
  return [...tiles.filter(({ over }) => !over), ...tiles.filter(({ over }) => over)].map(({ tile }) => tile);
}
