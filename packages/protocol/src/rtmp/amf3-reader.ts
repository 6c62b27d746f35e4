import { AmfFault, type AmfInput } from "./amf-input.ts";
import type { AmfObject, AmfValue } from "./amf-value.ts";

/** Type markers (AMF 3 specification section 3.1). Vectors and dictionaries, 13 to 17, no encoder sends. */
const MARKER = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  integer: 4,
  double: 5,
  string: 6,
  xmlDocument: 7,
  date: 8,
  array: 9,
  object: 10,
  xml: 11,
  byteArray: 12,
} as const;

/** Names of a class's properties; `isDynamic`: more of them follow the values. */
interface Traits {
  names: string[];
  isDynamic: boolean;
}

/** Values of AMF 3, with the tables that its references point to. Throws {@link AmfFault}. */
export class Amf3Reader {
  readonly #input: AmfInput;
  readonly #strings: string[] = [];
  readonly #complex: AmfValue[] = [];
  readonly #traits: Traits[] = [];

  constructor(input: AmfInput) {
    this.#input = input;
  }

  value(depth: number): AmfValue {
    const input = this.#input;
    input.count(depth);
    switch (input.uint8()) {
      case MARKER.undefined:
        return undefined;
      case MARKER.null:
        return null;
      case MARKER.false:
        return false;
      case MARKER.true:
        return true;
      case MARKER.integer:
        // 29 bits with a sign.
        return (this.#uint29() << 3) >> 3;
      case MARKER.double:
        return input.double();
      case MARKER.string:
        return this.#string();
      case MARKER.xmlDocument:
      case MARKER.xml:
        return this.#complexOf((length) => input.text(length));
      case MARKER.date:
        return this.#complexOf(() => input.double());
      case MARKER.byteArray:
        return this.#complexOf((length) => input.bytes(length).slice());
      case MARKER.array:
        return this.#array(depth);
      case MARKER.object:
        return this.#object(depth);
      default:
        throw new AmfFault();
    }
  }

  /** AMF 3 specification section 1.3.1. */
  #uint29(): number {
    let value = 0;
    for (let index = 0; index < 3; index += 1) {
      const byte = this.#input.uint8();
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    return value * 256 + this.#input.uint8();
  }

  #string(): string {
    const header = this.#uint29();
    if ((header & 1) === 0) return this.#known(this.#strings, header >> 1);
    const text = this.#input.text(header >> 1);
    if (text !== "") this.#strings.push(text);
    return text;
  }

  /** A value that is new, with a length, or the one of an index. */
  #complexOf(read: (length: number) => AmfValue): AmfValue {
    const header = this.#uint29();
    if ((header & 1) === 0) return this.#known(this.#complex, header >> 1);
    const value = read(header >> 1);
    this.#complex.push(value);
    return value;
  }

  /** Without associative part an array, else an object that has the dense part under its indices. */
  #array(depth: number): AmfValue {
    const header = this.#uint29();
    if ((header & 1) === 0) return this.#known(this.#complex, header >> 1);
    const place = this.#complex.length;
    this.#complex.push(null);
    const named: AmfObject = new Map();
    this.#addDynamic(named, depth);
    const dense: AmfValue[] = [];
    for (let left = header >> 1; left > 0; left -= 1) dense.push(this.value(depth + 1));
    if (named.size > 0) for (const [index, value] of dense.entries()) named.set(String(index), value);
    const value = named.size > 0 ? named : dense;
    this.#complex[place] = value;
    return value;
  }

  #object(depth: number): AmfValue {
    const header = this.#uint29();
    if ((header & 1) === 0) return this.#known(this.#complex, header >> 1);
    const traits = this.#readTraits(header);
    const object: AmfObject = new Map();
    this.#complex.push(object);
    for (const name of traits.names) object.set(name, this.value(depth + 1));
    if (traits.isDynamic) this.#addDynamic(object, depth);
    return object;
  }

  /** AMF 3 specification section 3.12. */
  #readTraits(header: number): Traits {
    if ((header & 2) === 0) return this.#known(this.#traits, header >> 2);
    // What a class writes by itself only that class can read.
    if ((header & 4) !== 0) throw new AmfFault();
    this.#string();
    const names: string[] = [];
    for (let left = header >> 4; left > 0; left -= 1) {
      this.#input.count(0);
      names.push(this.#string());
    }
    const traits = { names, isDynamic: (header & 8) !== 0 };
    this.#traits.push(traits);
    return traits;
  }

  /** Names and values up to the empty name. */
  #addDynamic(object: AmfObject, depth: number): void {
    for (;;) {
      const name = this.#string();
      if (name === "") return;
      object.set(name, this.value(depth + 1));
    }
  }

  #known<Value>(table: readonly Value[], index: number): Value {
    if (index >= table.length) throw new AmfFault();
    return table[index]!;
  }
}
