/** A picture with its colours interleaved: red, green, blue of one pixel, then of the next. */
export interface Picture {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
}
