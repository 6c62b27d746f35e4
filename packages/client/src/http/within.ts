import type { Environment } from "../environment.ts";
import { ClientError } from "../errors.ts";

/** Does `work` for at most `timeoutMs`; then aborts its signal and rejects, whether or not it listens. */
export function within<Value>(
  environment: Pick<Environment, "after">,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const controller = new AbortController();
  return new Promise<Value>((resolve, reject) => {
    const cancel = environment.after(timeoutMs, () => {
      reject(new ClientError("network.unreachable", "The server did not answer in time."));
      controller.abort();
    });
    work(controller.signal).then(resolve, reject).finally(cancel);
  });
}
