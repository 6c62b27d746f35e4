import { createServer, type Server, type Socket } from "node:net";

/** A database in this thread that takes messages of PostgreSQL's protocol and gives the bytes of its answer. */
export interface WireBackend {
  /** One or more whole messages, answered as a PostgreSQL session would. Throws when the database itself broke. */
  execute(messages: Uint8Array): Promise<Uint8Array>;
  /** Undoes what a client that is gone left open. */
  reset(): Promise<void>;
}

/** PostgreSQL protocol 3.0, section 54.7: requests a client may send before anything else. */
const SSL_REQUEST = 80_877_103;
const GSS_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

const TERMINATE = "X".charCodeAt(0);
/** Messages after which a client waits for an answer; those before belong to it: Sync, Query, Flush, FunctionCall. */
const ASKS = new Set(["S", "Q", "H", "F"].map((type) => type.charCodeAt(0)));

/**
 * Serves a backend on a unix socket. A client's messages are collected up to the one it waits on and executed in one
 * go, so that the messages of two clients never mix; clients still share one session, so one at a time is meant.
 * `onBroken` is told when the backend threw: no answer can be trusted after that.
 */
export function createWireServer(backend: WireBackend, onBroken: (error: Error) => void): Server {
  let last: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>) => {
    last = last.then(work).catch((error: unknown) => onBroken(error as Error));
  };
  return createServer((socket) => {
    const reader = createReader({
      answer: (bytes) => socket.write(bytes),
      end: () => socket.end(),
      ask: (messages) =>
        inTurn(async () => {
          const answer = await backend.execute(messages);
          if (socket.writable) socket.write(answer);
        }),
    });
    socket.on("data", (chunk) => feed(socket, reader, chunk));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => inTurn(() => backend.reset()));
  });
}

function feed(socket: Socket, reader: (chunk: Buffer) => boolean, chunk: Buffer): void {
  if (!reader(chunk)) socket.destroy();
}

interface ReaderPorts {
  answer: (bytes: Uint8Array) => void;
  end: () => void;
  ask: (messages: Uint8Array) => void;
}

/** Cuts a client's bytes into messages. The returned function is false for bytes that are not the protocol. */
export function createReader(ports: ReaderPorts): (chunk: Buffer) => boolean {
  let started = false;
  let bytes = Buffer.alloc(0);
  let batch: Buffer[] = [];

  function startUp(message: Buffer): void {
    const code = message.readInt32BE(4);
    if (code === SSL_REQUEST || code === GSS_REQUEST) {
      ports.answer(Buffer.from("N"));
    } else if (code === CANCEL_REQUEST) {
      ports.end();
    } else {
      started = true;
      ports.ask(message);
    }
  }

  function regular(message: Buffer): void {
    if (message[0] === TERMINATE) {
      ports.end();
      return;
    }
    batch.push(message);
    if (!ASKS.has(message[0]!)) return;
    ports.ask(Buffer.concat(batch));
    batch = [];
  }

  return (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (;;) {
      // A start-up message has no type byte before its length.
      const lengthAt = started ? 1 : 0;
      if (bytes.length < lengthAt + 4) return true;
      const length = bytes.readInt32BE(lengthAt);
      if (length < (started ? 4 : 8) || length > MAX_MESSAGE_BYTES) return false;
      const end = lengthAt + length;
      if (bytes.length < end) return true;
      const message = bytes.subarray(0, end);
      bytes = bytes.subarray(end);
      if (started) regular(message);
      else startUp(message);
    }
  };
}
