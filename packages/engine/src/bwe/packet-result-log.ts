import type { PacketResults } from "./types.ts";

/** More results than this in one feedback are left out: senders remember fewer packets. */
const MAX_RESULTS = 4096;

/** {@link PacketResults} to be filled again and again: columns grow to what a feedback needs and stay. */
export class PacketResultLog implements PacketResults {
  #count = 0;
  #sentMicros = new Float64Array(64);
  #arrivalMicros = new Float64Array(64);
  #sizes = new Uint16Array(64);
  #clusters = new Uint8Array(64);

  get count(): number {
    return this.#count;
  }

  get sentMicros(): Float64Array {
    return this.#sentMicros;
  }

  get arrivalMicros(): Float64Array {
    return this.#arrivalMicros;
  }

  get sizes(): Uint16Array {
    return this.#sizes;
  }

  get clusters(): Uint8Array {
    return this.#clusters;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Adds a packet, in order of sending; `arrivalMicros` is `NaN` for a lost one. Past 4,096 packets it does nothing. */
  add(sentMicros: number, arrivalMicros: number, size: number, cluster: number): void {
    const index = this.#count;
    if (index >= MAX_RESULTS) return;
    if (index === this.#sizes.length) this.#grow();
    this.#sentMicros[index] = sentMicros;
    this.#arrivalMicros[index] = arrivalMicros;
    this.#sizes[index] = size;
    this.#clusters[index] = cluster;
    this.#count = index + 1;
  }

  #grow(): void {
    const length = this.#sizes.length * 2;
    const { sentMicros, arrivalMicros, sizes, clusters } = this;
    this.#sentMicros = new Float64Array(length);
    this.#sentMicros.set(sentMicros);
    this.#arrivalMicros = new Float64Array(length);
    this.#arrivalMicros.set(arrivalMicros);
    this.#sizes = new Uint16Array(length);
    this.#sizes.set(sizes);
    this.#clusters = new Uint8Array(length);
    this.#clusters.set(clusters);
  }
}
