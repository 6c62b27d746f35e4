import type { Log } from "@sameroom/base";
import type { Authenticator } from "../../auth/authenticator.ts";
import type { MediaNode } from "../../node/media-node.ts";
import type { EncoderDoor, EncoderFeed, EncoderRequest } from "./types.ts";

export interface EncoderDeskOptions {
  node: Pick<MediaNode, "publishUnits">;
  authenticator: Pick<Authenticator, "encoder">;
  log: Log;
}

/** Lets encoders in: asks who they are, and gives them the room's place. */
export class EncoderDesk implements EncoderDoor {
  readonly #options: EncoderDeskOptions;

  constructor(options: EncoderDeskOptions) {
    this.#options = options;
  }

  async open(request: EncoderRequest): Promise<EncoderFeed> {
    const { node, authenticator, log } = this.#options;
    const auth = await authenticator.encoder(request.credential, request.room);
    const feed = node.publishUnits(auth, request);
    const { protocol, from, software } = request;
    const { room, session } = feed;
    log.info("encoder on air", { session, room, protocol, from, ...(software && { software }) });
    return feed;
  }
}
