// UF2, the blocks that boot loaders take as a file on a drive.
import { blockSize, decodeBlock, encodeBlock, isUF2Block, UF2Flags } from 'uf2';
import { messageOf } from '../../base/errors.js';
import { blocksOf, imageOf, invalidImage, type Image } from './image.js';

/** What every boot loader takes: a flash page of the RP2040. */
const PAYLOAD = 256;

/** @throws KilnError `image-invalid` */
export function parseUf2(file: Uint8Array, where: string): Image {
  if (file.length === 0 || file.length % blockSize !== 0) {
    throw invalidImage(where, `${file.length} B are no whole number of UF2 blocks of ${blockSize} B`);
  }
  const starts = Array.from({ length: file.length / blockSize }, (_, i) => i * blockSize);
  const blocks = starts.map((start) => decode(file.subarray(start, start + blockSize), where, start));
  if (blocks.some(({ totalBlocks }) => totalBlocks !== blocks.length)) {
    throw invalidImage(where, `it has ${blocks.length} blocks and announces ${blocks[0]!.totalBlocks}`);
  }
  const flashed = blocks.filter(({ flags }) => !(flags & UF2Flags.notMainFlash));
  return imageOf(
    flashed.map(({ flashAddress, payload }) => ({ address: flashAddress, bytes: payload })),
    where,
  );
}

function decode(block: Uint8Array, where: string, start: number) {
  try {
    const own = Uint8Array.from(block); // the package reads the whole buffer that a part may belong to
    if (!isUF2Block(own)) throw new Error('not a UF2 block');
    return decodeBlock(own);
  } catch (error) {
    throw invalidImage(where, `at byte ${start}: ${messageOf(error)}`, error);
  }
}

/** @param family of the chip: its boot loader skips the blocks of others */
export function formatUf2(image: Image, family: number): Uint8Array {
  const blocks = blocksOf(image, PAYLOAD);
  const file = new Uint8Array(blocks.length * blockSize);
  for (const [blockNumber, { address, bytes }] of blocks.entries()) {
    const block = {
      flags: UF2Flags.familyIDPresent,
      flashAddress: address,
      payload: bytes,
      blockNumber,
      totalBlocks: blocks.length,
      boardFamily: family,
    };
    encodeBlock(block, file, blockNumber * blockSize);
  }
  return file;
}
