import { AmfFault, AmfInput } from "./amf-input.ts";
import type { AmfObject, AmfValue } from "./amf-value.ts";
import { Amf3Reader } from "./amf3-reader.ts";

/** Type markers (AMF 0 specification section 2.1). */
const MARKER = {
  number: 0,
  boolean: 1,
  string: 2,
  object: 3,
  null: 5,
  undefined: 6,
  reference: 7,
  ecmaArray: 8,
  objectEnd: 9,
  strictArray: 10,
  date: 11,
  longString: 12,
  unsupported: 13,
  xml: 15,
  typedObject: 16,
  amf3: 17,
} as const;

/** All values of an AMF 0 message, from `start` on; undefined when malformed or beyond the limits. Never throws. */
export function parseAmf0(bytes: Uint8Array, start = 0): AmfValue[] | undefined {
  try {
    const reader = new Amf0Reader(new AmfInput(bytes, start));
    return reader.all();
  } catch (thrown) {
    if (thrown instanceof AmfFault) return undefined;
    throw thrown;
  }
}

class Amf0Reader {
  readonly #input: AmfInput;
  /** What references point to: objects and arrays in the order they began. */
  readonly #complex: AmfValue[] = [];

  constructor(input: AmfInput) {
    this.#input = input;
  }

  all(): AmfValue[] {
    const values: AmfValue[] = [];
    while (!this.#input.isOver) values.push(this.#value(1));
    return values;
  }

  #value(depth: number): AmfValue {
    const input = this.#input;
    input.count(depth);
    const marker = input.uint8();
    switch (marker) {
      case MARKER.number:
        return input.double();
      case MARKER.boolean:
        return input.uint8() !== 0;
      case MARKER.string:
        return input.text(input.uint16());
      case MARKER.object:
        return this.#properties(depth);
      case MARKER.null:
        return null;
      case MARKER.undefined:
      case MARKER.unsupported:
        return undefined;
      case MARKER.reference:
        return this.#referenced(input.uint16());
      case MARKER.ecmaArray:
        // A count that senders get wrong; the end is marked.
        input.uint32();
        return this.#properties(depth);
      case MARKER.strictArray:
        return this.#array(depth);
      case MARKER.date: {
        const milliseconds = input.double();
        // The time zone, which is reserved.
        input.uint16();
        return milliseconds;
      }
      case MARKER.longString:
      case MARKER.xml:
        return input.text(input.uint32());
      case MARKER.typedObject:
        input.text(input.uint16());
        return this.#properties(depth);
      case MARKER.amf3:
        return new Amf3Reader(input).value(depth);
      default:
        throw new AmfFault();
    }
  }

  #properties(depth: number): AmfObject {
    const object: AmfObject = new Map();
    this.#complex.push(object);
    for (;;) {
      const name = this.#input.text(this.#input.uint16());
      if (name === "") {
        if (this.#input.uint8() !== MARKER.objectEnd) throw new AmfFault();
        return object;
      }
      object.set(name, this.#value(depth + 1));
    }
  }

  #array(depth: number): AmfValue[] {
    const array: AmfValue[] = [];
    this.#complex.push(array);
    for (let left = this.#input.uint32(); left > 0; left -= 1) array.push(this.#value(depth + 1));
    return array;
  }

  #referenced(index: number): AmfValue {
    if (index >= this.#complex.length) throw new AmfFault();
    return this.#complex[index];
  }
}
