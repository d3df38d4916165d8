/** An image as bytes, row by row: red, green and blue of one pixel, then of the next. */
export interface Picture {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
}
