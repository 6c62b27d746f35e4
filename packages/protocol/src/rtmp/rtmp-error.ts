/** Bytes that are not RTMP as we take it; whoever reads them ends the connection. `message` is for the log. */
export class RtmpError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "RtmpError";
  }
}
