import type { ScreenMessage } from "./screen.ts";

/** What chat has to know of people, from other features. */
export interface ChatPeople {
  screen: ScreenMessage;
  /** true when the account follows the room. */
  follows: (account: string, slug: string) => Promise<boolean>;
  /** true when the account has a subscription to the room that is running. */
  subscribes: (account: string, slug: string) => Promise<boolean>;
}
