import type { AmfValue } from "./amf-value.ts";
import { asObject, commandMessage, type RtmpCommand, textOf } from "./command.ts";
import type { RtmpMessage } from "./message-type.ts";
import { isOurApplication, parsePublishTarget } from "./publish-target.ts";
import { RtmpError } from "./rtmp-error.ts";
import { RTMP_LIMITS } from "./rtmp-limits.ts";
import { connectError, connectResult, onStatus } from "./server-answers.ts";
import type { RtmpPublishRequest } from "./types.ts";

/** What commands lead to. */
export interface Caller {
  send(message: RtmpMessage): void;
  /** The application is ours: comes before the answer to `connect`. */
  greet(): void;
  publish(streamId: number, request: RtmpPublishRequest): void;
  /** The stream of that number has ended, if it was published. */
  unpublish(streamId: number): void;
  close(reason: string): void;
}

/** The commands of those who publish (RTMP 1.0 section 7.2, and those of Flash Media Live Encoder, which everybody sends). */
export class ServerCommands {
  readonly #caller: Caller;
  #app: string | undefined;
  #software = "";
  #streams = 0;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Answers one. `isBusy`: somebody publishes here already, or wants to. Throws {@link RtmpError} for what is out of place. */
  handle(command: RtmpCommand, { isBusy }: { isBusy: boolean }): void {
    const { name, transaction, values, streamId } = command;
    if (name !== "connect" && this.#app === undefined) throw new RtmpError("a command before connect");
    switch (name) {
      case "connect":
        this.#connect(transaction, values);
        break;
      case "createStream":
        this.#createStream(transaction);
        break;
      case "publish":
        this.#publish(streamId, values[1], isBusy);
        break;
      case "FCPublish":
        this.#answer(transaction);
        this.#tell("onFCPublish", "NetStream.Publish.Start");
        break;
      case "FCUnpublish":
        this.#tell("onFCUnpublish", "NetStream.Unpublish.Success");
        break;
      case "deleteStream": {
        const deleted = values[1];
        this.#caller.unpublish(typeof deleted === "number" ? deleted : 0);
        break;
      }
      case "closeStream":
        this.#caller.unpublish(streamId);
        break;
      case "play":
      case "play2":
        this.#caller.send(
          onStatus(
            streamId,
            "error",
            "NetStream.Play.Failed",
            "This server takes streams, it does not play them.",
          ),
        );
        this.#caller.close("wants to play");
        break;
      default:
        // `releaseStream`, `_checkbw`, `getStreamLength` and what encoders invent: an empty answer does.
        this.#answer(transaction);
        break;
    }
  }

  #connect(transaction: number, values: readonly AmfValue[]): void {
    if (this.#app !== undefined) throw new RtmpError("a second connect");
    const object = asObject(values[0]);
    const app = textOf(object, "app");
    if (app.length > RTMP_LIMITS.nameLength || !isOurApplication(app)) {
      this.#caller.send(
        connectError(transaction, "The address must be rtmp://HOST/live, then the stream key."),
      );
      this.#caller.close("an application that is not live");
      return;
    }
    this.#app = app;
    this.#software = textOf(object, "flashVer").slice(0, 100);
    const isEnhanced = ["fourCcList", "videoFourCcInfoMap", "audioFourCcInfoMap", "capsEx"].some((name) =>
      object.has(name),
    );
    this.#caller.greet();
    this.#caller.send(connectResult(transaction, isEnhanced));
  }

  #createStream(transaction: number): void {
    if (this.#streams >= RTMP_LIMITS.messageStreams) throw new RtmpError("too many message streams");
    this.#streams += 1;
    this.#caller.send(commandMessage(0, "_result", transaction, null, this.#streams));
  }

  #publish(streamId: number, name: AmfValue, isBusy: boolean): void {
    const refuse = (why: string) =>
      this.#caller.send(onStatus(streamId, "error", "NetStream.Publish.BadName", why));
    if (isBusy) {
      refuse("This connection publishes already.");
      return;
    }
    const isText = typeof name === "string" && name.length <= RTMP_LIMITS.nameLength;
    const target = isText ? parsePublishTarget(this.#app ?? "", name) : undefined;
    if (target === undefined) {
      refuse("Unauthorized: there is no stream key in the address.");
      this.#caller.close("no stream key");
      return;
    }
    this.#caller.publish(streamId, { ...target, software: this.#software });
  }

  /** Undefined is what is known of nothing. */
  #answer(transaction: number): void {
    if (transaction !== 0) this.#caller.send(commandMessage(0, "_result", transaction, null, undefined));
  }

  #tell(name: string, code: string): void {
    this.#caller.send(
      commandMessage(
        0,
        name,
        0,
        null,
        new Map([
          ["code", code],
          ["level", "status"],
        ]),
      ),
    );
  }
}
