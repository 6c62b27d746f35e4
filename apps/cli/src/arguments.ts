import { parseArgs } from "node:util";

/** What the operator asked for on the command line. */
export type Command =
  | { readonly name: "start"; readonly demo: boolean }
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
        help: { type: "boolean", short: "h", default: false },
        version: { type: "boolean", short: "v", default: false },
      },
    });
    if (values.help) return { name: "help" };
    if (values.version) return { name: "version" };
    return choose(positionals, values.demo);
  } catch (error) {
    return { name: "mistake", message: (error as Error).message };
  }
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
  sameroom --help         this text
  sameroom --version      the version

Settings are environment variables, all optional; docs/guide/configuration.md explains each.
  SAMEROOM_DATA_DIR=./data   SAMEROOM_HTTP_PORT=8080   SAMEROOM_MEDIA_HTTP_PORT=8081   SAMEROOM_MEDIA_UDP_PORT=8082`;
