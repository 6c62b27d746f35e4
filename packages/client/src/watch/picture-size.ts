/** Size of a picture on screen in device pixels; 0 by 0: not visible. */
export interface PictureSize {
  width: number;
  height: number;
}

/** As large as there is. */
export const ANY_SIZE: PictureSize = { width: 16_384, height: 16_384 };
