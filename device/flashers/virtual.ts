// "Flashing" a virtual board: QEMU starts with the firmware, and goes on after this process.
import { startVirtualBoard } from '../virtual/qemu.js';
import type { Flasher } from './index.js';

export const virtualFlasher: Flasher = async (board, elf, { virtualFolder }) =>
  startVirtualBoard(board, elf, { folder: virtualFolder, detached: true });
