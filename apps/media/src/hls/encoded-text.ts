import { gzipSync } from "node:zlib";

/** A playlist in the forms it is sent in; made once, shared by all who get it. */
export interface EncodedText {
  plain: Buffer;
  gzip: Buffer;
}

/** Fast: a playlist repeats itself so much that more effort gains little. */
const GZIP_LEVEL = 3;

/** The newest version of texts that many ask for. */
export class EncodedTexts {
  readonly #texts = new Map<string, { version: number; encoded: EncodedText }>();

  /** The text under `key`, made anew when its `version` is another than the last time; undefined: there is none. */
  of(key: string, version: number, make: () => string | undefined): EncodedText | undefined {
    const known = this.#texts.get(key);
    if (known?.version === version) return known.encoded;
    const text = make();
    if (text === undefined) return undefined;
    const plain = Buffer.from(text);
    const encoded = { plain, gzip: gzipSync(plain, { level: GZIP_LEVEL }) };
    this.#texts.set(key, { version, encoded });
    return encoded;
  }
}
