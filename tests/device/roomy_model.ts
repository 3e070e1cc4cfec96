// A model whose arena takes transfers of any size up to 64 KiB: what is written to it stays.
import type { ProjectFile } from '../../firmware-templates/index.js';
import { TINY, TINY_FILES } from '../firmware/tiny_model.js';

export const ROOMY = { ...TINY, arenaBytes: 64 * 1024 } as const;

/** The tiny model with input and output at the end of a large arena. */
export const ROOMY_FILES: ProjectFile[] = TINY_FILES.map(({ path, text }) => ({
  path,
  text: text
    .replace(/ARENA_SIZE \d+/, `ARENA_SIZE ${ROOMY.arenaBytes}`)
    .replace(
      'static int8_t input[TINY_INPUT_SIZE];',
      'static int8_t arena[TINY_ARENA_SIZE];\nstatic int8_t input[TINY_INPUT_SIZE];',
    )
    .replace('(uint8_t *)input', '(uint8_t *)arena'),
}));
