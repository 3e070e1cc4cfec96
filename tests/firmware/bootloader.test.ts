// `kiln bootloader` on the virtual STM32F405: it restarts, and a program where the boot loader would be is what runs then.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildProject } from '../../device/build.js';
import { loadBoard, loadBoards, renderProject, writeProject } from '../../firmware-templates/index.js';
import { TINY, TINY_FILES } from './tiny_model.js';

const folder = mkdtempSync(join(tmpdir(), 'tinykiln-bootloader-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const project = join(folder, 'firmware');
const BOARD = loadBoard('virtual-stm32f405');

/** QEMU has no ROM there: the second half of flash stands for it. */
const ROM = '0x08080000';
const STAND_IN = `
#define USART1(n) (*(volatile unsigned *)(0x40011000 + (n)))
void entry(void) {
    unsigned vectors = *(volatile unsigned *)0xE000ED08;
    USART1(0xC) = 1u << 13 | 1u << 3;
    for (const char *s = vectors == ${ROM} ? "in ROM" : "lost"; *s; s++) USART1(4) = *s;
    for (;;);
}
__attribute__((section(".vectors"), used)) static const void *const table[] = {(void *)0x20001000, entry};
`;

function standIn(): string {
  const [source, script] = [join(folder, 'rom.c'), join(folder, 'rom.ld')];
  writeFileSync(source, STAND_IN);
  writeFileSync(script, `SECTIONS { .text ${ROM} : { KEEP(*(.vectors)) *(.text*) *(.rodata*) } }`);
  const elf = join(folder, 'rom.elf');
  const args = ['-mcpu=cortex-m4', '-mthumb', '-O1', '-nostdlib', '-e', 'entry', '-T', script, source, '-o', elf];
  expect(spawnSync('arm-none-eabi-gcc', args, { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  return elf;
}

/** What the board says, until it has said the last of it, or for ten seconds. */
function talk(elf: string, rom: string, say: string, last: string): Promise<string> {
  const machine = ['-M', BOARD.emulator!.machine, '-nographic', '-monitor', 'none', '-serial', 'stdio'];
  const child = spawn('qemu-system-arm', [...machine, '-kernel', elf, '-device', `loader,file=${rom}`]);
  return new Promise((resolve) => {
    let heard = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    child.stdout.on('data', (chunk: Buffer) => {
      if (!heard.includes('m-ready') && (heard + chunk).includes('m-ready')) child.stdin.write(say);
      heard += chunk;
      if (heard.includes(last)) child.kill('SIGKILL');
    });
    child.on('close', () => {
      clearTimeout(timer);
      resolve(heard);
    });
  });
}

function write(systemMemory: (boardHeader: string) => string): void {
  writeProject(project, renderProject({ board: BOARD, name: TINY.name, model: TINY_FILES, buildId: 'b1' }));
  const header = join(project, 'port', 'board.h');
  writeFileSync(header, systemMemory(readFileSync(header, 'utf8')));
}

describe('kiln bootloader', () => {
  it('restarts the chip in its boot loader', async () => {
    write((text) => text.replace(/(BOARD_SYSTEM_MEMORY) 0x1fff0000u/, `$1 ${ROM}u`));
    const { elf } = await buildProject(project);
    const heard = await talk(elf, standIn(), '%kiln bootloader%', 'in ROM');
    expect(heard.split('m-ready').at(-1)).toBe('\r\nm-kiln-bootloader\r\nin ROM');
  });

  it('says so where none is known', async () => {
    write((text) => text.replace(/.*BOARD_SYSTEM_MEMORY.*\n/, ''));
    const { elf } = await buildProject(project);
    const heard = await talk(elf, standIn(), 'kiln bootloader%', 'here]\r\nm-ready');
    expect(heard).toContain('m-kiln-bootloader\r\ne-[No boot loader is known here]\r\nm-ready');
  });

  it('knows where the boot loader is of every board with a port that can go there', () => {
    const lacking = loadBoards().filter(
      (board) =>
        board.framework === 'bare' &&
        !renderProject({ board, name: TINY.name, model: TINY_FILES }).some(({ text }) =>
          text.includes('BOARD_SYSTEM_MEMORY 0x'),
        ),
    );
    expect(lacking.map(({ core }) => core)).toEqual(lacking.map(() => 'cortex-m0'));
  });
});
