import { FFmpegError, FilterGraph, Frame } from "node-av/lib";

/** Frames out of a filter graph that has no input. */
export interface FrameSource {
  /** The next frame; the same object each time, valid until the next call. */
  next(): Frame;
  close(): void;
}

/** Builds the graph, a chain with a sink at its end. Throws when FFmpeg does not accept it. */
export function openFrameSource(description: string): FrameSource {
  const graph = new FilterGraph();
  graph.alloc();
  graph.nbThreads = 1;
  FFmpegError.throwIfError(graph.parsePtr(description), "filter graph");
  FFmpegError.throwIfError(graph.configSync(), "filter graph");
  const sink = graph.filters?.find((filter) => filter.isSink());
  if (sink === undefined) throw new Error("the filter graph has no sink");
  const frame = new Frame();
  frame.alloc();
  return {
    next() {
      frame.unref();
      FFmpegError.throwIfError(sink.buffersinkGetFrameSync(frame), "filter graph");
      return frame;
    },
    close() {
      frame.free();
      graph.free();
    },
  };
}
