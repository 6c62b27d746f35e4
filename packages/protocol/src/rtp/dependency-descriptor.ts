import { BitReader } from "../bytes/bit-reader.ts";
import { ALL_TEMPORAL_LAYERS, type FrameInfo } from "../codec/frame-info.ts";

const MAX_TEMPLATES = 64;
/** Decode target indications (appendix A.8.3). */
const NOT_PRESENT = 0;
const SWITCH = 2;
/** `next_layer_idc`. */
const NEXT_TEMPORAL = 1;
const NEXT_SPATIAL = 2;
const NO_MORE = 3;

interface Template {
  temporal: number;
  spatial: number;
  /** Highest temporal layer of a decode target that may be switched to here. */
  switchTo: number;
}

interface Structure {
  firstId: number;
  templates: Template[];
  /** Highest temporal layer of each decode target. */
  targets: number[];
}

/**
 * Reads the dependency descriptors of one stream (RTP payload format for AV1, appendix A): frame numbers, and temporal
 * layers by the template structure that came last. The wire reads them in the same way.
 */
export class DependencyDescriptorReader {
  #structure: Structure | undefined;

  /**
   * Adds to `info` what the payload did not tell. Only with `mayDefine` a template structure in the descriptor counts: packets
   * that come late do not bring an old one back. Never throws.
   */
  read(descriptor: Uint8Array, mayDefine: boolean, info: FrameInfo): void {
    if (descriptor.length < 3) return;
    const first = descriptor[0]!;
    info.frameNumber = (descriptor[1]! << 8) | descriptor[2]!;
    const bits = new BitReader(descriptor.subarray(3));
    const hasStructure = bits.flag();
    const hasActiveTargets = bits.flag();
    const hasCustomIndications = bits.flag();
    bits.advance(2);
    if (hasStructure && mayDefine) this.#structure = readStructure(bits);
    const structure = this.#structure;
    if (structure === undefined) return;
    const template = structure.templates[((first & 63) + MAX_TEMPLATES - structure.firstId) % MAX_TEMPLATES];
    if (template === undefined) return;
    if ((first & 0x80) !== 0 && template.spatial === 0) info.start = true;
    if (info.temporalLayer !== undefined) return;
    info.temporalLayer = template.temporal;
    const switchTo =
      hasCustomIndications && !hasStructure
        ? readCustomIndications(bits, structure, hasActiveTargets)
        : template.switchTo;
    if ((info.free?.to ?? 0) < switchTo) info.free = { from: template.temporal, to: switchTo };
  }
}

function readCustomIndications(bits: BitReader, { targets }: Structure, hasActiveTargets: boolean): number {
  if (hasActiveTargets) bits.advance(targets.length);
  let switchTo = 0;
  for (const temporal of targets) if (bits.bits(2) === SWITCH) switchTo = Math.max(switchTo, temporal);
  return bits.isOver ? 0 : switchTo;
}

function readStructure(bits: BitReader): Structure | undefined {
  const firstId = bits.bits(6);
  const targets = new Array<number>(bits.bits(5) + 1).fill(0);
  const templates: Template[] = [];
  let temporal = 0;
  let spatial = 0;
  for (let next = 0; next !== NO_MORE; ) {
    if (templates.length === MAX_TEMPLATES) return undefined;
    templates.push({ temporal, spatial, switchTo: 0 });
    next = bits.bits(2);
    if (bits.isOver) return undefined;
    if (next === NEXT_TEMPORAL) temporal += 1;
    if (next === NEXT_SPATIAL) {
      temporal = 0;
      spatial += 1;
    }
    if (temporal > ALL_TEMPORAL_LAYERS) return undefined;
  }
  const switches = templates.map((template) =>
    targets.map((highest, target) => {
      const indication = bits.bits(2);
      if (indication !== NOT_PRESENT) targets[target] = Math.max(highest, template.temporal);
      return indication === SWITCH;
    }),
  );
  for (const [index, template] of templates.entries()) {
    const reached = targets.filter((_, target) => switches[index]![target]);
    template.switchTo = Math.max(0, ...reached);
  }
  return bits.isOver ? undefined : { firstId, templates, targets };
}
