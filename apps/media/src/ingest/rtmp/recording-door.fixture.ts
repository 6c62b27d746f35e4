import type { GoneReason } from "@sameroom/contract";
import type { AudioFormat } from "@sameroom/protocol";
import { MediaError } from "../../node/media-error.ts";
import type {
  EncoderDoor,
  EncoderFeed,
  EncoderRequest,
  EncoderTransport,
  EncoderUnit,
} from "../encoder/types.ts";

/** What one publisher brought. */
export interface RecordedFeed extends EncoderFeed {
  readonly request: EncoderRequest;
  readonly units: EncoderUnit[];
  readonly transports: EncoderTransport[];
  /** The sound that was announced. */
  expectedSound: AudioFormat | undefined;
  /** Why it was closed, if it was. */
  closedBy: string | undefined;
  /** As the server does that ends a session. */
  end(reason: GoneReason): void;
}

/** A door that knows one key, and keeps everything that comes through. */
export class RecordingDoor implements EncoderDoor {
  readonly feeds: RecordedFeed[] = [];
  readonly requests: EncoderRequest[] = [];
  #answers: (() => void)[] | undefined;

  /** From now on nobody is answered until `answer`. */
  hesitate(): void {
    this.#answers = [];
  }

  answer(): void {
    const answers = this.#answers ?? [];
    this.#answers = undefined;
    for (const answer of answers) answer();
  }

  async open(request: EncoderRequest): Promise<EncoderFeed> {
    this.requests.push(request);
    await new Promise<void>((resolve) => {
      if (this.#answers === undefined) resolve();
      else this.#answers.push(resolve);
    });
    if (request.credential !== "right") throw new MediaError("stream_key.invalid");
    const feed: RecordedFeed = {
      ...{ request, room: request.room ?? "keys-room", session: `session-${this.feeds.length}` },
      ...{ units: [], transports: [], closedBy: undefined, expectedSound: undefined },
      expectSound: (format) => {
        feed.expectedSound = format;
      },
      push: (unit) => void feed.units.push(unit),
      transport: (report) => void feed.transports.push(report),
      close: (reason) => {
        feed.closedBy ??= reason;
      },
      end: (reason) => {
        feed.closedBy = reason;
        request.onClosed(reason);
      },
    };
    this.feeds.push(feed);
    return feed;
  }
}
