// Intel HEX, read and written.
import imported from 'nrf-intel-hex';
import { messageOf } from '../../base/errors.js';
import { imageOf, invalidImage, type Image } from './image.js';

/** The package is CommonJS: Node gives the class itself, its types speak of a property. */
const MemoryMap = imported as unknown as typeof imported.default;

/** @throws KilnError `image-invalid` that names the line, where the file is damaged. */
export function parseIntelHex(text: string, where: string): Image {
  try {
    const blocks = MemoryMap.fromHex(text);
    return imageOf(
      [...blocks].map(([address, bytes]) => ({ address, bytes })),
      where,
    );
  } catch (error) {
    throw invalidImage(where, messageOf(error).replace(/\.$/, ''), error);
  }
}

export function formatIntelHex(image: Image): string {
  return `${new MemoryMap(image.map(({ address, bytes }) => [address, bytes])).asHexString()}\n`;
}
