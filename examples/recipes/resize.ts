// Process many images
//
// Each input is an image; each call computes a smaller one. Typed arrays travel as they are, and results come back as typed arrays. In a
// program of yours, read the file inside of the function, and let a package such as sharp do the work.
import { Executor } from "nodewren";

interface Image {
  width: number;
  height: number;
  /** Brightness of each pixel, row by row. */
  pixels: Uint8Array;
}

/** Half the size: each pixel is the mean of four. */
function shrink({ width, height, pixels }: Image): Image {
  const small = { width: width / 2, height: height / 2, pixels: new Uint8Array(pixels.length / 4) };
  for (let y = 0; y < small.height; y++)
    for (let x = 0; x < small.width; x++) {
      const at = 2 * y * width + 2 * x;
      const four = [at, at + 1, at + width, at + width + 1].map((i) => pixels[i] ?? 0);
      small.pixels[y * small.width + x] = four.reduce((a, b) => a + b) / 4;
    }
  return small;
}

const images = Array.from({ length: 12 }, (_, i) => ({
  width: 128,
  height: 128,
  pixels: new Uint8Array(128 * 128).fill(20 * i),
}));
await using executor = new Executor();
const thumbnails = await executor.map(shrink, images);
const last = thumbnails.at(-1);
console.log(
  `${thumbnails.length} thumbnails of ${last?.width} × ${last?.height}, the last one of brightness ${last?.pixels[0]}`,
);

// Prints:
// 12 thumbnails of 64 × 64, the last one of brightness 220
