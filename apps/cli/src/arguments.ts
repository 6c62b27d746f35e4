import { parseArgs } from "node:util";

/** What the operator asked for on the command line. */
export type Command =
  | { readonly name: "start"; readonly demo: boolean }
  | {
      readonly name: "publish";
      readonly file: string;
      readonly loop: boolean;
      readonly room?: string | undefined;
      readonly to?: string | undefined;
      readonly key?: string | undefined;
    }
  | { readonly name: "doctor" }
  | { readonly name: "help" }
  | { readonly name: "version" }
  | { readonly name: "mistake"; readonly message: string };

/** Reads the arguments after the program's name. */
export function parseCommand(args: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        demo: { type: "boolean", default: false },
        loop: { type: "boolean", default: false },
        room: { type: "string" },
        to: { type: "string" },
        key: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
        version: { type: "boolean", short: "v", default: false },
      },
    });
    if (values.help) return { name: "help" };
    if (values.version) return { name: "version" };
    const { demo, loop, ...where } = values;
    if (positionals[0] === "publish") return publishCommand(positionals.slice(1), { loop, ...where, demo });
    const odd = Object.entries({ loop: loop || undefined, room: where.room, to: where.to, key: where.key });
    const [wrong] = odd.find(([, value]) => value !== undefined) ?? [];
    if (wrong !== undefined) return { name: "mistake", message: `--${wrong} goes with publish` };
    return choose(positionals, demo);
  } catch (error) {
    return { name: "mistake", message: (error as Error).message };
  }
}

function publishCommand(
  files: readonly string[],
  given: { demo: boolean; loop: boolean; room?: string; to?: string; key?: string },
): Command {
  const { demo, loop, room, to, key } = given;
  const [file] = files;
  if (demo) return { name: "mistake", message: "--demo goes with start" };
  if (file === undefined || files.length > 1)
    return { name: "mistake", message: "publish takes one file: sameroom publish FILE --room ROOM" };
  return { name: "publish", file, loop, room, to, key };
}

function choose(positionals: readonly string[], demo: boolean): Command {
  const [word = "help", ...more] = positionals;
  if (more.length > 0) return { name: "mistake", message: `${more.join(" ")} is too much after ${word}` };
  if (word === "start") return { name: "start", demo };
  if (demo) return { name: "mistake", message: "--demo goes with start" };
  if (word === "doctor" || word === "help") return { name: word };
  return { name: "mistake", message: `there is no command ${word}` };
}

/** The text of `sameroom --help`. */
export const helpText = `sameroom: live streaming in the same room

  sameroom start          start everything: web, API, media
  sameroom start --demo   and a demo broadcast, to see it work without a camera
  sameroom doctor         only the self-test: what would keep Sameroom from working here
  sameroom publish FILE --room ROOM [--loop] [--to rtmp://HOST/live | --to https://HOST/whip/ROOM] [--key KEY]
                          play a file live into a room; without --key on the server's own machine
  sameroom --help         this text
  sameroom --version      the version

Settings are environment variables, all optional; docs/guide/configuration.md explains each.
  SAMEROOM_DATA_DIR=./data   SAMEROOM_HTTP_PORT=8080   SAMEROOM_MEDIA_HTTP_PORT=8081   SAMEROOM_MEDIA_UDP_PORT=8082`;
