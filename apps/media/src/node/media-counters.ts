/** What happened on this node since its start, for metrics. */
export class MediaCounters {
  /** Viewers' slots that came to a bigger or smaller layer. */
  layerUps = 0;
  layerDowns = 0;
  probes = 0;
  /** Packets viewers asked for again, and those of them that were still worth sending. */
  nackedPackets = 0;
  resentPackets = 0;
  /** Keyframe requests of viewers' decoders. */
  decoderRequests = 0;
  /** Packets we asked publishers for again, and keyframes. */
  requestedPackets = 0;
  requestedKeyframes = 0;
}
