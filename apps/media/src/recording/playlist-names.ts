/** The multivariant playlist of a finished recording: with AAC, which all players take, once all its sound is there in AAC. */
export const PLAYLIST = "index.m3u8";
/** The same for players that take Opus, where that was sent. */
export const OPUS_PLAYLIST = "opus.m3u8";
