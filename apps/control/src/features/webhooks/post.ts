import { lookup } from "node:dns";
import { type RequestOptions, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isPublicAddress } from "@sameroom/base";

/** How a server took what was posted. `status` null: it did not answer. */
export interface PostResult {
  status: number | null;
  /** Why it does not count as taken; null: it does (2xx). */
  fault: string | null;
}

export interface Post {
  url: string;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

export interface Poster {
  /** Never rejects. Redirects are not followed. */
  post(post: Post): Promise<PostResult>;
  /** Gives up what is under way. */
  close(): void;
}

/** From the first byte of the request to the last of the answer's head. */
const TIMEOUT_MS = 10_000;

/**
 * Posts to integrators' servers. Unless `allowPrivate`, addresses of private networks are refused when the connection is made, so
 * a name that changes its mind (DNS rebinding) reaches nothing either.
 */
export function createPoster({ allowPrivate }: { allowPrivate: boolean }): Poster {
  const closing = new AbortController();
  const checkedLookup: LookupFunction = (hostname, options, callback) =>
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const foreign = allowPrivate ? undefined : addresses.find(({ address }) => !isPublicAddress(address));
      if (foreign !== undefined)
        return callback(new Error(`${foreign.address} is not on the public internet`), []);
      if (options.all === true) callback(null, addresses);
      else callback(null, addresses[0]!.address, addresses[0]!.family);
    });

  return {
    post({ url, headers, body }) {
      const target = new URL(url);
      const host = target.hostname.replace(/^\[|\]$/g, "");
      if (isIP(host) > 0 && !allowPrivate && !isPublicAddress(host))
        return Promise.resolve({ status: null, fault: `${host} is not on the public internet` });
      return new Promise((resolve) => {
        const options: RequestOptions = {
          ...{ method: "POST", lookup: checkedLookup, agent: false },
          headers: {
            ...headers,
            "content-length": typeof body === "string" ? Buffer.byteLength(body) : body.byteLength,
          },
          signal: AbortSignal.any([closing.signal, AbortSignal.timeout(TIMEOUT_MS)]),
        };
        const call =
          target.protocol === "https:" ? requestHttps(target, options) : requestHttp(target, options);
        call.on("response", (response) => {
          const status = response.statusCode ?? 0;
          // What it says besides is of no interest, and may be endless.
          response.destroy();
          resolve({ status, fault: status >= 200 && status < 300 ? null : `answered ${status}` });
        });
        call.on("error", (error) => resolve({ status: null, fault: faultOf(error) }));
        call.end(body);
      });
    },
    close: () => closing.abort(),
  };
}

function faultOf(error: Error & { code?: string }): string {
  if (error.name === "TimeoutError") return `no answer in ${TIMEOUT_MS / 1000} s`;
  return (error.code === undefined || error.code.startsWith("ERR_") ? error.message : error.code).slice(
    0,
    200,
  );
}
