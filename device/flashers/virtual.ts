// "Flashing" a virtual board: QEMU starts with the firmware, and goes on after this process.
import { byteCount } from '../formats/index.js';
import { qemuArguments, startVirtualBoard } from '../virtual/qemu.js';
import { firmwareImage } from './firmware_file.js';
import type { Flasher } from './method.js';
import { shellLine } from './programs/shell.js';

export const virtualFlasher: Flasher<'virtual'> = {
  plan: async ({ board, file }, { counted }) => [
    shellLine(['qemu-system-arm', ...qemuArguments(board.emulator!.machine, file, counted)]),
  ],

  async flash(job, { virtualFolder, counted = true }) {
    const started = performance.now();
    const { port } = await startVirtualBoard(job.board, job.file, { folder: virtualFolder, detached: true, counted });
    const seconds = (performance.now() - started) / 1000;
    return {
      method: 'virtual',
      port,
      bytes: byteCount(firmwareImage(job)),
      seconds,
      verified: 'not read back',
    };
  },
};
