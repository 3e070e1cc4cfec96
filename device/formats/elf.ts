// ELF, as a linker writes it: what its program headers load, at physical addresses.
import elfy from 'elfy';
import { messageOf } from '../../base/errors.js';
import { imageOf, invalidImage, type Image } from './image.js';

/** @throws KilnError `image-invalid` */
export function parseElf(file: Buffer, where: string): Image {
  const segments = programs(file, where)
    .filter(({ type, filesz }) => type === 'load' && filesz > 0)
    .map(({ paddr, filesz, data }) => {
      if (data.length !== filesz) throw invalidImage(where, 'it ends before what its headers announce');
      return { address: paddr, bytes: data };
    });
  return imageOf(segments, where);
}

function programs(file: Buffer, where: string) {
  let elf: ReturnType<typeof elfy.parse>;
  try {
    elf = elfy.parse(file);
  } catch (error) {
    throw invalidImage(where, `not an ELF file: ${messageOf(error)}`, error);
  }
  if (elf.class !== '32') throw invalidImage(where, `it is a ${elf.class}-bit ELF file: not for a microcontroller`);
  return elf.body.programs;
}
