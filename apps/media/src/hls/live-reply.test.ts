import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { replyText } from "./live-reply.ts";

const text = { plain: Buffer.from("plain"), gzip: Buffer.from("zipped") };

function bodyFor(acceptEncoding: string | undefined, method = "GET"): string | undefined {
  let body: Buffer | undefined;
  const request = { method, headers: { "accept-encoding": acceptEncoding } };
  const response = {
    writeHead: () => response,
    end(sent?: Buffer) {
      body = sent;
    },
  };
  replyText(request as unknown as IncomingMessage, response as unknown as ServerResponse, text, "public");
  return body?.toString();
}

describe("the answer to who asks for a playlist", () => {
  it.each(["gzip", "br, gzip", "deflate,gzip;q=0.5", "GZIP", "gzip;q=1.0, *;q=0"])(
    "is compressed for %s",
    (header) => {
      expect(bodyFor(header)).toBe("zipped");
    },
  );

  it.each([undefined, "", "identity", "br", "gzip;q=0", "gzip; q=0.00, br", "xgzip"])(
    "is plain for %s",
    (header) => {
      expect(bodyFor(header)).toBe("plain");
    },
  );

  it("is a head alone where only that was asked for", () => {
    expect(bodyFor("gzip", "HEAD")).toBeUndefined();
  });
});
