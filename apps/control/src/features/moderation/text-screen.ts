import {
  type AskModeration,
  createModerationService,
  type ModerationServiceOptions,
} from "../../moderation-service.ts";

/** Asks somebody else about a text: names of what is wrong with it; none: nothing, or they could not be asked. */
export type TextScreen = (text: string) => Promise<string[]>;

/** Messages go on with the local filters alone while the service does not answer. */
export function createTextScreen(options: ModerationServiceOptions): TextScreen {
  const ask: AskModeration = createModerationService(options);
  return async (text) => {
    const found = await ask(text);
    return found?.flagged === true ? found.names : [];
  };
}
