// STM32 chips as their ROM boot loader and its readers know them. Facts of ST's AN2606 (boot loader ids, where it lies),
// the reference manuals (flash pages, flash size register) and stm32flash's table.

/** KiB of pages, from the first on: `[count, size]`; the last size goes on to the end of flash. */
type Pages = readonly (readonly [count: number, kib: number])[];

export interface Stm32Chip {
  /** Product id that the boot loader answers to GET ID. */
  id: number;
  name: string;
  /** Which `mcu` of a sheet is this chip. */
  mcu: RegExp;
  /** Where the boot loader's vector table lies. */
  systemMemory: number;
  /** Halfword that holds the size of flash in KiB. */
  sizeRegister: number;
  /** Left out where option bytes decide about it: such a chip is erased whole. */
  pages?: Pages;
}

const uniform = (kib: number): Pages => [[1, kib]];
const SECTORS_16K: Pages = [
  [4, 16],
  [1, 64],
  [1, 128],
];
const SECTORS_32K: Pages = [
  [4, 32],
  [1, 128],
  [1, 256],
];

const F0_F3 = 0x1ffff7cc;
const F1 = 0x1ffff7e0;
const F2_F4 = 0x1fff7a22;
const G_L4 = 0x1fff75e0;

function chip(
  id: number,
  name: string,
  mcu: RegExp,
  systemMemory: number,
  sizeRegister: number,
  pages?: Pages,
): Stm32Chip {
  return { id, name, mcu, systemMemory, sizeRegister, ...(pages && { pages }) };
}

export const STM32_CHIPS: readonly Stm32Chip[] = [
  chip(0x440, 'STM32F05x or F030x8', /^STM32F(05|030.8)/, 0x1fffec00, F0_F3, uniform(1)),
  chip(0x444, 'STM32F03x', /^STM32F03(?!0.[8C])/, 0x1fffec00, F0_F3, uniform(1)),
  chip(0x445, 'STM32F04x or F070x6', /^STM32F(04|070.6)/, 0x1fffc400, F0_F3, uniform(1)),
  chip(0x448, 'STM32F07x', /^STM32F07(?!0.6)/, 0x1fffc800, F0_F3, uniform(2)),
  chip(0x442, 'STM32F09x or F030xC', /^STM32F(09|030.C)/, 0x1fffd800, F0_F3, uniform(2)),
  chip(0x412, 'STM32F10x low density', /^STM32F10[123].[46]/, 0x1ffff000, F1, uniform(1)),
  chip(0x410, 'STM32F10x medium density', /^STM32F10[123].[8B]/, 0x1ffff000, F1, uniform(1)),
  chip(0x414, 'STM32F10x high density', /^STM32F10[123].[CDE]/, 0x1ffff000, F1, uniform(2)),
  chip(0x430, 'STM32F10x XL density', /^STM32F10[123].[FG]/, 0x1fffe000, F1, uniform(2)),
  chip(0x420, 'STM32F100 value line', /^STM32F100.[468B]/, 0x1ffff000, F1, uniform(1)),
  chip(0x428, 'STM32F100 high-density value line', /^STM32F100.[CDE]/, 0x1ffff000, F1, uniform(2)),
  chip(0x418, 'STM32F105 or F107', /^STM32F10[57]/, 0x1fffb000, F1, uniform(2)),
  chip(0x411, 'STM32F2', /^STM32F2/, 0x1fff0000, F2_F4, SECTORS_16K),
  chip(0x422, 'STM32F302/F303 xB or xC', /^STM32F30[23].[BC]/, 0x1fffd800, F0_F3, uniform(2)),
  chip(0x432, 'STM32F373', /^STM32F37/, 0x1fffd800, F0_F3, uniform(2)),
  chip(0x438, 'STM32F303x6/x8 or F334', /^STM32F(303.[68]|334)/, 0x1fffd800, F0_F3, uniform(2)),
  chip(0x439, 'STM32F301 or F302x6/x8', /^STM32F(301|302.[68])/, 0x1fffd800, F0_F3, uniform(2)),
  chip(0x446, 'STM32F302/F303 xD or xE', /^STM32F30[23].[DE]/, 0x1fffd800, F0_F3, uniform(2)),
  chip(0x413, 'STM32F405/407 or F415/417', /^STM32F4[01][57]/, 0x1fff0000, F2_F4, SECTORS_16K),
  chip(0x419, 'STM32F42x or F43x', /^STM32F4[23][79]/, 0x1fff0000, F2_F4),
  chip(0x423, 'STM32F401 xB or xC', /^STM32F401.[BC]/, 0x1fff0000, F2_F4, SECTORS_16K),
  chip(0x433, 'STM32F401 xD or xE', /^STM32F401.[DE]/, 0x1fff0000, F2_F4, SECTORS_16K),
  chip(0x431, 'STM32F411', /^STM32F411/, 0x1fff0000, F2_F4, SECTORS_16K),
  chip(0x441, 'STM32F412', /^STM32F412/, 0x1fff0000, F2_F4, SECTORS_16K),
  chip(0x463, 'STM32F413 or F423', /^STM32F4[12]3/, 0x1fff0000, F2_F4, SECTORS_16K),
  chip(0x421, 'STM32F446', /^STM32F446/, 0x1fff0000, F2_F4, SECTORS_16K),
  chip(0x434, 'STM32F469 or F479', /^STM32F4[67]9/, 0x1fff0000, F2_F4),
  chip(0x452, 'STM32F72x or F73x', /^STM32F7[23]/, 0x1ff00000, 0x1ff07a22, SECTORS_16K),
  chip(0x449, 'STM32F74x or F75x', /^STM32F7[45]/, 0x1ff00000, 0x1ff0f442, SECTORS_32K),
  chip(0x451, 'STM32F76x or F77x', /^STM32F7[67]/, 0x1ff00000, 0x1ff0f442),
  chip(0x466, 'STM32G03x or G04x', /^STM32G0[34]/, 0x1fff0000, G_L4, uniform(2)),
  chip(0x456, 'STM32G05x or G06x', /^STM32G0[56]/, 0x1fff0000, G_L4, uniform(2)),
  chip(0x460, 'STM32G07x or G08x', /^STM32G0[78]/, 0x1fff0000, G_L4, uniform(2)),
  chip(0x467, 'STM32G0Bx or G0Cx', /^STM32G0[BC]/, 0x1fff0000, G_L4),
  chip(0x468, 'STM32G43x or G44x', /^STM32G4[34]/, 0x1fff0000, G_L4, uniform(2)),
  chip(0x469, 'STM32G47x or G48x', /^STM32G4[78]/, 0x1fff0000, G_L4),
  chip(0x479, 'STM32G49x or G4Ax', /^STM32G4[9A]/, 0x1fff0000, G_L4, uniform(2)),
  chip(0x435, 'STM32L43x or L44x', /^STM32L4[34]/, 0x1fff0000, G_L4, uniform(2)),
  chip(0x462, 'STM32L45x or L46x', /^STM32L4[56]/, 0x1fff0000, G_L4, uniform(2)),
  chip(0x415, 'STM32L47x or L48x', /^STM32L4[78]/, 0x1fff0000, G_L4, uniform(2)),
  chip(0x461, 'STM32L49x or L4Ax', /^STM32L4[9A]/, 0x1fff0000, G_L4, uniform(2)),
  chip(0x470, 'STM32L4Rx or L4Sx', /^STM32L4[RS]/, 0x1fff0000, G_L4),
  chip(0x450, 'STM32H74x or H75x', /^STM32H7[45]/, 0x1ff09800, 0x1ff1e880, uniform(128)),
  chip(0x482, 'STM32U575 or U585', /^STM32U5[78]5/, 0x0bf90000, 0x0bfa07a0, uniform(8)),
];

/** The chip that a sheet's `mcu` names; undefined where the table has none. */
export function chipOfMcu(mcu: string): Stm32Chip | undefined {
  return STM32_CHIPS.find((known) => known.mcu.test(mcu));
}

export function chipOfId(id: number): Stm32Chip | undefined {
  return STM32_CHIPS.find((known) => known.id === id);
}

/** Numbers of the pages that hold `[start, end)`, bytes from the start of flash; undefined where pages are unknown. */
export function pagesBetween({ pages }: Stm32Chip, start: number, end: number): number[] | undefined {
  if (!pages) return undefined;
  const touched: number[] = [];
  for (let page = 0, at = 0; at < end; page++) {
    const size = 1024 * pageKib(pages, page);
    if (at + size > start) touched.push(page);
    at += size;
  }
  return touched;
}

function pageKib(pages: Pages, page: number): number {
  let before = 0;
  for (const [count, kib] of pages) {
    before += count;
    if (page < before) return kib;
  }
  return pages.at(-1)![1];
}
