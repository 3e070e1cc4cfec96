// The firmware of a job in the format that a programmer takes.
import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { KilnError } from '../../base/errors.js';
import { writeAtomic } from '../../base/files.js';
import { checkInside, formatImage, readImage, type Format, type Image } from '../formats/index.js';
import type { Target } from './method.js';

/** The image, which lies inside the board's flash. @throws KilnError `image-invalid`, `image-outside` */
export function firmwareImage({ board, file }: Target): Image {
  const image = readImage(file, board.memory.flash.origin);
  checkInside(image, board.memory.flash, file);
  return image;
}

/** Where the firmware is, or would be, in a format: beside the file that was named. */
export function pathAs(file: string, format: Format): string {
  const ending = extname(file);
  return ending === `.${format}` ? file : `${file.slice(0, file.length - ending.length)}.${format}`;
}

/**
 * That file, made from the image where it is not there.
 * @param image left out where only a build can make the file
 * @throws KilnError `image-missing`
 */
export function fileAs({ file }: Target, format: Format, image?: Image, family?: number): string {
  const path = pathAs(file, format);
  if (existsSync(path)) return path;
  if (!image || format === 'elf') {
    const what = 'it is not there, and this way of flashing takes no other format';
    throw new KilnError('image-missing', { where: path, what, todo: 'Build it with `kiln build`.' });
  }
  writeAtomic(path, formatImage(image, format, family));
  return path;
}
