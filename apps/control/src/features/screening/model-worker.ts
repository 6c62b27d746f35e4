/**
 * The thread of the picture classifier: nsfwjs' MobileNetV2Mid on TensorFlow.js in WebAssembly, all of it from npm packages. Gets
 * {@link ModelQuestion}s, answers each with a {@link ModelAnswer}.
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parentPort } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs";
import wasm from "@tensorflow/tfjs-backend-wasm";
import jpeg from "jpeg-js";
import { load } from "nsfwjs/core";
import { MobileNetV2MidModel } from "nsfwjs/models/mobilenet_v2_mid";

export interface ModelQuestion {
  id: number;
  jpeg: Uint8Array;
}
/** `scores`: by class, 0 to 1; null: the picture cannot be read. */
export interface ModelAnswer {
  id: number;
  scores: [name: string, score: number][] | null;
}

/** Thumbnails are far smaller; a picture that claims to be huge is not decoded. */
const LIMITS = { maxResolutionInMP: 8, maxMemoryUsageInMB: 64 };

const packageFile = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json");
wasm.setWasmPaths(join(dirname(packageFile), "wasm-out/"));
await tf.setBackend("wasm");
const model = await load("MobileNetV2Mid", { modelDefinitions: [MobileNetV2MidModel] });

async function classify(bytes: Uint8Array): Promise<ModelAnswer["scores"]> {
  let picture: { width: number; height: number; data: Uint8Array };
  try {
    picture = jpeg.decode(bytes, { useTArray: true, formatAsRGBA: false, ...LIMITS });
  } catch {
    return null;
  }
  const pixels = tf.tensor3d(new Int32Array(picture.data), [picture.height, picture.width, 3], "int32");
  try {
    const predictions = await model.classify(pixels);
    return predictions.map(({ className, probability }) => [className, probability]);
  } finally {
    pixels.dispose();
  }
}

parentPort?.on("message", ({ id, jpeg: bytes }: ModelQuestion) => {
  void classify(bytes).then((scores) => parentPort?.postMessage({ id, scores } satisfies ModelAnswer));
});
