import type { Log } from "@sameroom/base";

/** Thrown when a port that was asked for cannot be had. */
export class IngestListenError extends Error {
  override readonly name = "IngestListenError";
  /** The variable that moves it. */
  readonly variable: string;

  constructor(variable: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.variable = variable;
  }
}

export interface IngestPort {
  /** For people: `RTMP`. */
  protocol: string;
  port: number;
  /** Nobody asked for this port: where it is taken the worker starts without, and says so. */
  isDefault: boolean;
  /** That moves it: `SAMEROOM_RTMP_PORT`. */
  variable: string;
  log: Log;
}

/** Opens what listens on a port; undefined where the worker does without. Throws {@link IngestListenError}. */
export async function openPort<Opened>(
  { protocol, port, isDefault, variable, log }: IngestPort,
  open: () => Promise<Opened>,
): Promise<Opened | undefined> {
  try {
    return await open();
  } catch (error) {
    if (!isDefault) throw new IngestListenError(variable, error);
    const advice = `Set ${variable} to another one, or to off`;
    log.warn(`the port of ${protocol} is taken: starting without it. ${advice}`, {
      ...{ port, error: (error as Error).message },
    });
    return undefined;
  }
}
