import { encodeUtf8 } from "@sameroom/base";
import { ByteWriter } from "../bytes/byte-writer.ts";
import type { AmfValue } from "./amf-value.ts";

const float = new DataView(new ArrayBuffer(8));

/** Values as AMF 0 (AMF 0 specification section 2); byte arrays, which it has none of, become null. */
export function serializeAmf0(...values: AmfValue[]): Uint8Array {
  const writer = new ByteWriter(256);
  for (const value of values) writeValue(writer, value);
  return writer.finish();
}

function writeValue(writer: ByteWriter, value: AmfValue): void {
  if (typeof value === "number") {
    float.setFloat64(0, value);
    writer.uint8(0).uint32(float.getUint32(0)).uint32(float.getUint32(4));
  } else if (typeof value === "boolean") writer.uint8(1).uint8(value ? 1 : 0);
  else if (typeof value === "string") writeString(writer, encodeUtf8(value));
  else if (value === undefined) writer.uint8(6);
  else if (value === null || value instanceof Uint8Array) writer.uint8(5);
  else if (Array.isArray(value)) {
    writer.uint8(10).uint32(value.length);
    for (const item of value) writeValue(writer, item);
  } else {
    writer.uint8(3);
    for (const [name, item] of value) {
      const text = encodeUtf8(name);
      writer.uint16(text.length).bytes(text);
      writeValue(writer, item);
    }
    writer.uint16(0).uint8(9);
  }
}

function writeString(writer: ByteWriter, text: Uint8Array): void {
  if (text.length > 0xffff) writer.uint8(12).uint32(text.length);
  else writer.uint8(2).uint16(text.length);
  writer.bytes(text);
}
