/** ISO 14496-12 section 8.8.3.1: depends on no other sample, and is a sync sample. */
export const SYNC_SAMPLE = 0x0200_0000;
/** Depends on others, and is no sync sample. */
export const DEPENDENT_SAMPLE = 0x0101_0000;
/** The bit that says that a sample is no sync sample. */
export const IS_NO_SYNC_SAMPLE = 0x0001_0000;
