// Hints whether a person could read a page: too dark, too small, blurred. Only hints: the operator's eye decides.
import { DOCUMENT_LIMITS, type LegibilityWarning } from './documentKinds.ts'

/** A grey image, one byte a pixel, row by row. */
export type GreyImage = { readonly width: number; readonly height: number; readonly pixels: Uint8Array }

/** Mean brightness (0 black, 255 white) below which a photo was taken in the dark. */
const DARK_MEAN = 55

/**
 * Sharpness of the sharpest part of the page below which nothing on it has an edge. Measured on images of about
 * `SHARPNESS_SIDE_PIXELS`: print that can be read gives hundreds, the same print out of focus gives less than ten.
 */
const LEAST_SHARPNESS = 40

/** Longer side of the image on which legibility is measured. */
export const SHARPNESS_SIDE_PIXELS = 1200

/** Blocks by side into which a page is cut: an identity card on a plain table is sharp in its own block only. */
const BLOCKS = 6

/** Variance of the Laplacian in one block: edges make it large. */
const blockSharpness = ({ width, pixels }: GreyImage, x0: number, y0: number, x1: number, y1: number): number => {
  let sum = 0
  let squares = 0
  let count = 0
  for (let y = y0; y < y1; y++) {
    for (let x = x0, at = y * width + x0; x < x1; x++, at++) {
      const edge = pixels[at - 1]! + pixels[at + 1]! + pixels[at - width]! + pixels[at + width]! - 4 * pixels[at]!
      sum += edge
      squares += edge * edge
      count++
    }
  }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2
}

/** The sharpness of the sharpest block of an image. */
export const sharpness = (image: GreyImage): number => {
  let most = 0
  const innerWidth = Math.max(0, image.width - 2)
  const innerHeight = Math.max(0, image.height - 2)
  for (let row = 0; row < BLOCKS; row++) {
    for (let column = 0; column < BLOCKS; column++) {
      const x = (n: number): number => 1 + Math.floor((innerWidth * n) / BLOCKS)
      const y = (n: number): number => 1 + Math.floor((innerHeight * n) / BLOCKS)
      most = Math.max(most, blockSharpness(image, x(column), y(row), x(column + 1), y(row + 1)))
    }
  }
  return most
}

/** The mean brightness of an image. */
export const brightness = ({ pixels }: GreyImage): number => {
  let sum = 0
  for (const pixel of pixels) sum += pixel
  return pixels.length === 0 ? 0 : sum / pixels.length
}

/** Hints about a page: `kept` is the size at which it is kept, `sample` a small grey copy of it. */
export const legibilityWarnings = (
  kept: { readonly width: number; readonly height: number },
  sample: GreyImage,
): readonly LegibilityWarning[] => {
  const warnings: LegibilityWarning[] = []
  if (brightness(sample) < DARK_MEAN) warnings.push('dark')
  if (Math.min(kept.width, kept.height) < DOCUMENT_LIMITS.legibleSidePixels) warnings.push('small')
  if (sharpness(sample) < LEAST_SHARPNESS) warnings.push('blurred')
  return warnings
}
