import { layoutOf } from './layout.ts';
import type { Picture } from './picture.ts';

// A worker, so that a layout that takes too long can be ended.
onmessage = ({ data }: MessageEvent<Picture>): void => postMessage(layoutOf(data));
