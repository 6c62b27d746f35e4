import type { Http } from "./types.ts";

/** Most bytes of a JSON body. */
export const MAX_JSON_BYTES = 64 * 1024;

/**
 * JSON is the only body the API reads: a form or plain text, which a foreign page could send without asking first, is
 * `request.unsupported_media_type`. An empty body counts as none, whatever its content type.
 */
export function acceptOnlyJson(http: Http): void {
  http.removeAllContentTypeParsers();
  const parse = http.getDefaultJsonParser("error", "error");
  http.addContentTypeParser(
    "application/json",
    { parseAs: "string", bodyLimit: MAX_JSON_BYTES },
    (request, body, done) => {
      if (body === "") done(null, undefined);
      else parse(request, body as string, done);
    },
  );
}
