import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { siteSchema } from "@sameroom/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiError, hasCode, messageOf } from "./api-error.ts";
import { checkForm, faultsOf } from "./form-faults.ts";
import { request } from "./request.ts";

let server: Server;
let base: string;
beforeAll(async () => {
  server = createServer((incoming, answer) => {
    const send = (status: number, type: string, body: string) => {
      answer.writeHead(status, { "content-type": type });
      answer.end(body);
    };
    let body = "";
    incoming.on("data", (part) => {
      body += part;
    });
    incoming.on("end", () => {
      if (incoming.url === "/echo") {
        send(
          200,
          "application/json",
          JSON.stringify({ type: incoming.headers["content-type"] ?? null, body }),
        );
      } else if (incoming.url === "/problem") {
        const faults = [{ path: "title", message: "say something" }];
        const problem = {
          type: "x",
          title: "Not so.",
          status: 400,
          code: "request.invalid",
          detail: "No title.",
          faults,
        };
        send(400, "application/problem+json", JSON.stringify(problem));
      } else if (incoming.url === "/html") send(502, "text/html", "<h1>Bad gateway</h1>");
      else send(204, "text/plain", "");
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const any = { parse: (value: unknown) => value as { type: string | null; body: string } };
const failure = (path: string) =>
  request(base + path).then(
    () => expect.unreachable(),
    (error: unknown) => error as ApiError,
  );

describe("a call of the API", () => {
  it("sends JSON, and a picture as it is", async () => {
    expect(await request(`${base}/echo`, { method: "POST", body: { a: 1 }, schema: any })).toEqual({
      type: "application/json",
      body: '{"a":1}',
    });
    const picture = new Blob(["jpeg"], { type: "image/jpeg" });
    expect(await request(`${base}/echo`, { method: "PUT", body: picture, schema: any })).toEqual({
      type: "image/jpeg",
      body: "jpeg",
    });
  });

  it("needs no body in the answer when none is wanted", async () => {
    await expect(request(`${base}/nothing`, { method: "DELETE" })).resolves.toBeUndefined();
  });

  it("refuses an answer that is not what the contract says", async () => {
    await expect(request(`${base}/echo`, { method: "POST", body: {}, schema: siteSchema })).rejects.toThrow();
  });

  it("turns a problem document into words and field faults", async () => {
    const error = await failure("/problem");
    expect(error.code).toBe("request.invalid");
    expect(error.message).toBe("No title.");
    expect(error.faultOf("title")).toBe("say something");
    expect(faultsOf(error)).toEqual({ title: "Say something." });
  });

  it("does not show a proxy's HTML to anybody", async () => {
    const error = await failure("/html");
    expect(error.code).toBe("server.unavailable");
    expect(messageOf(error)).not.toContain("<");
  });

  it("says so when the server cannot be reached", async () => {
    const error = await request("http://127.0.0.1:1/").catch((thrown: unknown) => thrown);
    expect(hasCode(error, "network.unreachable")).toBe(true);
  });

  it("hides what is not meant for people", () => {
    expect(messageOf(new TypeError("x is undefined"))).toBe("Something went wrong on the server.");
  });
});

describe("a form checked with the contract", () => {
  it("gives the value, or one sentence for each wrong field", async () => {
    const { signUpSchema } = await import("@sameroom/contract");
    const good = { username: "mara", displayName: "Mara", password: "long enough" };
    expect(checkForm(signUpSchema, good)).toEqual({ ok: true, value: good });
    expect(checkForm(signUpSchema, { username: "a b", displayName: "", password: "short" })).toEqual({
      ok: false,
      faults: {
        username: "Use letters, digits, dots, dashes and underscores.",
        displayName: "Please fill this in.",
        password: "Use at least 8 characters.",
      },
    });
  });
});
