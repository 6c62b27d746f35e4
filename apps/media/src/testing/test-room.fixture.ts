import { eventually } from "./eventually.fixture.ts";
import { type PeerOptions, TestPublisher, TestViewer } from "./test-peer.fixture.ts";
import { startTestWorker, type TestWorker, type TestWorkerOptions } from "./test-worker.fixture.ts";

type Choices = Partial<Omit<PeerOptions, "token">> & { participant?: string };

/** One worker for a test file; each test has a room of its own and its peers closed for it. */
export class TestStage {
  readonly worker: TestWorker;
  room = "";
  #rooms = 0;
  #closers: (() => Promise<unknown>)[] = [];

  private constructor(worker: TestWorker) {
    this.worker = worker;
  }

  static async open(options: TestWorkerOptions = {}): Promise<TestStage> {
    return new TestStage(await startTestWorker(options));
  }

  newRoom(): void {
    this.#rooms += 1;
    this.room = `room-${this.#rooms}`;
  }

  /** Closes with the test. */
  own<T extends { close(): unknown }>(thing: T): T {
    this.#closers.push(async () => thing.close());
    return thing;
  }

  /** A host on air, sending. */
  async host(choices: Choices = {}): Promise<TestPublisher> {
    const token = await this.hostToken(choices.participant);
    const publisher = this.own(new TestPublisher(choices));
    await publisher.connect(this.worker.url, this.room, { token, ...choices });
    publisher.start();
    await eventually("frames", () => publisher.frames > 3);
    return publisher;
  }

  async viewer(
    choices: Choices & { paused?: boolean; slots?: { video: number; audio: number } } = {},
  ): Promise<TestViewer> {
    const token = await this.viewerToken(choices.participant);
    return this.own(new TestViewer(choices)).connect(this.worker.url, this.room, { token, ...choices });
  }

  hostToken(participant = "user:host"): Promise<string> {
    return this.worker.token({ room: this.room, role: "host", participant });
  }

  viewerToken(participant = "guest:viewer"): Promise<string> {
    return this.worker.token({ room: this.room, role: "viewer", participant });
  }

  async clear(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
    this.worker.app.node.endRoom(this.room);
  }

  async close(): Promise<void> {
    await this.clear();
    await this.worker.close();
  }
}
