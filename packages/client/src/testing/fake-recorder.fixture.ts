/** A MediaRecorder that gives what a test tells it to. */
export class FakeRecorder {
  readonly stream: MediaStream;
  readonly options: MediaRecorderOptions;
  state: "inactive" | "recording" = "inactive";
  timesliceMs: number | undefined;
  readonly #listeners: ((event: { data: Blob }) => void)[] = [];

  constructor(stream: MediaStream, options: MediaRecorderOptions) {
    this.stream = stream;
    this.options = options;
  }

  addEventListener(_type: "dataavailable", listener: (event: { data: Blob }) => void): void {
    this.#listeners.push(listener);
  }

  start(timesliceMs: number): void {
    this.state = "recording";
    this.timesliceMs = timesliceMs;
  }

  stop(): void {
    this.give("the end");
    this.state = "inactive";
  }

  give(text: string): void {
    for (const listener of this.#listeners) listener({ data: new Blob([text]) });
  }
}
