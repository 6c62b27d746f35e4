/** A value of ActionScript as AMF carries it; dates are milliseconds since 1970, XML is text. */
export type AmfValue = number | boolean | string | null | undefined | Uint8Array | AmfValue[] | AmfObject;
/** Properties in their order; a map, so that no name of a peer's means anything to JavaScript. */
export type AmfObject = Map<string, AmfValue>;
