/** How fast a replay can be played. */
export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2] as const;

/** The next speed up (`1`) or down (`-1`) from any speed; stays where there is no further one. */
export function nextSpeed(speed: number, direction: 1 | -1): number {
  const further =
    direction === 1 ? SPEEDS.filter((each) => each > speed) : SPEEDS.filter((each) => each < speed);
  return (direction === 1 ? further[0] : further.at(-1)) ?? speed;
}

/** `1.5×`; the ordinary one by its name in a menu. */
export function speedLabel(speed: number): string {
  return `${speed}×`;
}
