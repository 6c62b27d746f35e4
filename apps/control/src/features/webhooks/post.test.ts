import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createPoster } from "./post.ts";

let server: Server;
async function listen(listener: RequestListener): Promise<number> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
const what = { headers: { "content-type": "application/json" }, body: '{"a":"ü"}' };

test("a body is posted whole, and 2xx is what counts as taken", async () => {
  let got = "";
  const statuses = [204, 302, 500];
  const port = await listen(async (request, response) => {
    for await (const chunk of request) got += String(chunk);
    const status = statuses.shift()!;
    response.writeHead(status, { location: `http://127.0.0.1:${port}/again` }).end("thanks");
  });
  const poster = createPoster({ allowPrivate: true });
  const url = `http://127.0.0.1:${port}/hook?x=1`;
  expect(await poster.post({ url, ...what })).toEqual({ status: 204, fault: null });
  expect(got).toBe(what.body);
  expect(await poster.post({ url, ...what })).toEqual({ status: 302, fault: "answered 302" });
  expect(await poster.post({ url, ...what })).toEqual({ status: 500, fault: "answered 500" });
  expect(statuses).toEqual([]);
});

test("private networks are out of reach, by address and by name", async () => {
  let asked = 0;
  const port = await listen((_request, response) => {
    asked += 1;
    response.end();
  });
  const poster = createPoster({ allowPrivate: false });
  for (const host of ["127.0.0.1", "[::1]", "localhost", "10.0.0.1", "[::ffff:127.0.0.1]", "0x7f.1"]) {
    const { status, fault } = await poster.post({ url: `http://${host}:${port}/`, ...what });
    expect([host, status]).toEqual([host, null]);
    expect(fault).toMatch(/is not on the public internet$/);
  }
  expect(asked).toBe(0);
});

test("a server that hangs up, that answers without an end, and one that is away are faults, and closing gives up", async () => {
  let answer: RequestListener = (request) => request.socket.destroy();
  const port = await listen((request, response) => answer(request, response));
  const poster = createPoster({ allowPrivate: true });
  const url = `http://127.0.0.1:${port}/`;
  expect((await poster.post({ url, ...what })).status).toBeNull();
  answer = (_request, response) => {
    response.writeHead(200);
    const write = () => response.write("x".repeat(65_536)) && setImmediate(write);
    write();
  };
  expect(await poster.post({ url, ...what })).toEqual({ status: 200, fault: null });
  expect(await poster.post({ url: "http://127.0.0.1:1/", ...what })).toEqual({
    status: null,
    fault: "ECONNREFUSED",
  });
  answer = () => {};
  const hanging = poster.post({ url, ...what });
  poster.close();
  expect((await hanging).status).toBeNull();
});
