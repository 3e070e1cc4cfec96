// `kiln boards`, and a board of the project's own from its sheet to an ELF.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProject } from '../../device/build.js';
import {
  boardFolders,
  boardNames,
  loadBoard,
  renderProject,
  writeProject,
  type Board,
} from '../../firmware-templates/index.js';
import { TINY, TINY_FILES } from '../firmware/tiny_model.js';
import { kiln } from './kiln.js';

const OWN = { inherits: 'mcu/stm32f446xe', description: 'Motor controller', support: 'compiles', flash: [] };
const FACTS = {
  clock: { core: 180_000_000, crystal: 16_000_000 },
  console: { uart: 'USART1', tx: 'PB6', rx: 'PB7', alternate: 7, baud: 460800 },
  usb: { application: ['0403:6001'] },
};

let project: string;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'tinykiln-project-'));
  mkdirSync(join(project, 'boards'));
  writeFileSync(join(project, 'boards', 'motor.json'), JSON.stringify({ ...OWN, ...FACTS }));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('kiln boards', () => {
  it('shows each board with its memory, ways to flash it, and how far it is tested', async () => {
    const { code, out } = await kiln('boards');
    expect(code).toBe(0);
    expect(out).toMatch(/board +core +flash +RAM +flashed by +support/);
    expect(out).toMatch(
      /nucleo-f446re +cortex-m4f +512\.0 KiB +128\.0 KiB +openocd st-flash stm32-programmer +compiles/,
    );
    expect(out.trim().split('\n')).toHaveLength(1 + boardNames().length);
  });

  it("lists the project's own among them, for machines with all that is known", async () => {
    const { out } = await kiln('boards', '-C', project, '--json');
    const { boards } = JSON.parse(out) as { boards: Board[] };
    expect(boards.find(({ name }) => name === 'motor')).toMatchObject({ mcu: 'STM32F446xE', flash: [], ...FACTS });
    expect(boards).toHaveLength(1 + boardNames().length);
  });

  it('names the file of a sheet that is wrong', async () => {
    const path = join(project, 'boards', 'typo.json');
    writeFileSync(path, JSON.stringify({ ...OWN, ...FACTS, falsh: [] }));
    const { code, err } = await kiln('boards', '-C', project);
    rmSync(path);
    expect(code).toBe(2);
    expect(err).toContain(`board sheet ${path}: unknown key \`falsh\``);
  });
});

describe("a board of the project's own", () => {
  it('is built for as any other', async () => {
    const boards = boardFolders(project);
    const board = loadBoard('motor', boards);
    const folder = join(project, 'firmware');
    writeProject(folder, renderProject({ board, name: TINY.name, model: TINY_FILES }));
    const { elf, sizes } = await buildProject(folder, { boards });
    expect(existsSync(elf)).toBe(true);
    expect(sizes.flash).toBeLessThan(board.memory.flash.size);
  });
});
