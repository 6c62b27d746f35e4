import { Agent, get } from "node:http";

/** What each player of a crowd got: one list of playlists, in order. */
export type CrowdResult = string[][];

/**
 * Players that poll as LL-HLS players do, each on a connection of its own: every request waits for the part after the last one
 * seen. Resolves when each has had `rounds` answers; rejects with the first that is no playlist.
 */
export async function playCrowd(url: string, players: number, rounds: number): Promise<CrowdResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: players });
  try {
    return await Promise.all(Array.from({ length: players }, () => play(agent, url, rounds)));
  } finally {
    agent.destroy();
  }
}

async function play(agent: Agent, url: string, rounds: number): Promise<string[]> {
  const texts: string[] = [];
  let next = "";
  for (let round = 0; round < rounds; round++) {
    const text = await fetchText(agent, `${url}${next}`);
    if (round > 0) texts.push(text);
    const hint = /#EXT-X-PRELOAD-HINT:.*URI="(\d+)\.(\d+)\.m4s"/.exec(text);
    if (hint === null) throw new Error(`no hint in ${text}`);
    next = `?_HLS_msn=${hint[1]}&_HLS_part=${hint[2]}`;
  }
  return texts;
}

function fetchText(agent: Agent, url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${response.statusCode} ${text}`));
      });
      response.on("error", reject);
    });
    request.on("error", reject);
  });
}
