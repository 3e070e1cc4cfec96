// The bound of the stack, out of disassembled code: as objdump prints it, and of what compilers make of known C.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { routinesOf } from '../../device/disassembly.js';
import { boundsIn, stackBounds, type StackBound } from '../../device/stack.js';
import { findProgram } from '../../device/tools.js';

/** Routines of 4-byte instructions, one after the other; `@name` is the address of another one, `name+8` is inside it. */
function listing(routines: Readonly<Record<string, readonly string[]>>): string {
  const starts = new Map<string, number>();
  let address = 0x8000;
  for (const [name, lines] of Object.entries(routines)) {
    starts.set(name, address);
    address += 4 * lines.length;
  }
  const place = (_: string, name: string, offset = '0') => {
    const at = starts.get(name)! + Number(offset);
    return `${at.toString(16)} <${name}${offset === '0' ? '' : `+0x${Number(offset).toString(16)}`}>`;
  };
  return Object.entries(routines)
    .map(([name, lines]) => {
      const start = starts.get(name)!;
      const body = lines.map((line, i) => {
        const [mnemonic, operands = ''] = line.split(/ (.*)/);
        const text = operands.replace(/@(\w+)(?:\+(\d+))?/g, place);
        return `${(start + 4 * i).toString(16).padStart(8)}:\t${mnemonic}\t${text}`;
      });
      return `${start.toString(16).padStart(8, '0')} <${name}>:\n${body.join('\n')}\n`;
    })
    .join('\n');
}

const bound = (routines: Readonly<Record<string, readonly string[]>>) =>
  boundsIn(routinesOf(listing(routines)), ['f']).get('f')!;

describe('the bound of', () => {
  it.each<[string, Record<string, string[]>, number, string[]]>([
    ['a leaf', { f: ['bx lr'] }, 0, ['f']],
    ['registers and locals', { f: ['push {r4-r7, lr}', 'sub sp, #12', 'add sp, #12', 'pop {r4-r7, pc}'] }, 32, ['f']],
    ['wide forms', { f: ['stmdb sp!, {r4-r11, lr}', 'sub.w sp, sp, #400 @ 0x190', 'ldmia.w sp!, {pc}'] }, 436, ['f']],
    ['registers of the FPU', { f: ['vpush {d8-d15}', 'vpop {d8-d15}', 'bx lr'] }, 64, ['f']],
    ['a store that moves the stack', { f: ['str r0, [sp, #-8]!', 'ldr.w pc, [sp], #8'] }, 8, ['f']],
    ['a push behind an early return', { f: ['cbz r0, @f+12', 'push {r4, lr}', 'pop {r4, pc}', 'bx lr'] }, 8, ['f']],
    [
      'a call: what lies below it, not what is pushed later',
      {
        f: ['push {r3, lr}', 'bl @g', 'sub sp, #4', 'add sp, #4', 'pop {r3, pc}'],
        g: ['push {r4}', 'pop {r4}', 'bx lr'],
      },
      12,
      ['f'],
    ],
    [
      'the deepest of two calls',
      { f: ['push {lr}', 'bl @g', 'bl @h', 'pop {pc}'], g: ['bx lr'], h: ['sub sp, #40', 'add sp, #40', 'bx lr'] },
      44,
      ['f', 'h'],
    ],
    [
      'a tail call, which has the frame to itself',
      { f: ['push {r4, lr}', 'pop.w {r4, lr}', 'b.w @g'], g: ['sub sp, #4', 'add sp, #4', 'bx lr'] },
      8,
      ['f'],
    ],
    [
      'a far jump of a Cortex-M0, which is a BL that does not come back',
      { f: ['push {r4, lr}', 'bl @f+12', 'push {r5-r7}', 'pop {r4, pc}'] },
      8,
      ['f'],
    ],
    ['a loop', { f: ['push {lr}', 'subs r0, #1', 'bne.n @f+4', 'pop {pc}'] }, 4, ['f']],
    ['a loop from its first instruction', { f: ['subs r0, #1', 'bne.n @f', 'bx lr'] }, 0, ['f']],
    ['a low-overhead loop', { f: ['push {lr}', 'dls lr, r0', 'nop', 'le lr, @f+8', 'pop {pc}'] }, 4, ['f']],
    [
      'a conditional return',
      { f: ['push {r4, lr}', 'it eq', 'popeq {r4, pc}', 'push {r5}', 'pop {r5}', 'pop {r4, pc}'] },
      12,
      ['f'],
    ],
    [
      'cases of a table',
      { f: ['push {lr}', 'tbb [pc, r0]', '.short 0x0102', 'push {r4, r5}', 'pop {r4, r5, pc}'] },
      12,
      ['f'],
    ],
    [
      'a frame as large as a constant',
      { f: ['movs r3, #250', 'lsls r3, r3, #2', 'sub sp, r3', 'add sp, r3', 'bx lr'] },
      1000,
      ['f'],
    ],
    [
      'a frame pointer',
      { f: ['push {r7, lr}', 'mov r7, sp', 'sub sp, #100', 'mov sp, r7', 'pop {r7, pc}'] },
      108,
      ['f'],
    ],
    ['a call that does not return', { f: ['push {lr}', 'bl @g'], g: ['b.n @g'] }, 4, ['f']],
  ])('%s', (_, routines, bytes, path) => {
    expect(bound(routines)).toEqual<StackBound>({ bytes, path: expect.arrayContaining(path) as string[], unknown: [] });
  });

  it.each<[string, Record<string, string[]>, RegExp]>([
    ['recursion', { f: ['push {lr}', 'bl @f', 'pop {pc}'] }, /^f calls itself$/],
    [
      'recursion by way of another',
      { f: ['push {lr}', 'bl @g', 'pop {pc}'], g: ['push {lr}', 'bl @f', 'pop {pc}'] },
      /^f calls itself$/,
    ],
    ['a pointer to a function', { f: ['push {lr}', 'blx r3', 'pop {pc}'] }, /^f calls through a pointer$/],
    ['a frame of any size', { f: ['sub sp, r0', 'bx lr'] }, /^f moves the stack at 0x8000 by what is no constant$/],
    ['a loop that pushes', { f: ['push {r0-r7}', 'b.n @f'] }, /^f pushes in a loop$/],
    ['a call to nowhere', { f: ['push {lr}', 'bl 1234 <x>', 'pop {pc}'] }, /^a call to 0x1234, where no function is$/],
    ['what has no end', { f: ['nop'] }, /^f goes on behind its end at 0x8000$/],
  ])('%s is none', (_, routines, reason) => {
    expect(bound(routines).unknown).toEqual([expect.stringMatching(reason)]);
  });
});

const SOURCE = `#include <string.h>
int table(int x, volatile int *a);
int table(int x, volatile int *a) {
  switch (x) {
    case 0: return a[1] * 3;
    case 1: return a[2];
    case 2: a[3] = 1; return 7;
    case 3: { volatile char b[96]; b[a[4]] = 1; return b[3]; }
    case 4: a[1] = 2; return 1;
    case 5: return 12;
  }
  return 0;
}
int large(int *p);
int large(int *p) { volatile char b[2000]; memset((void *)b, p[0], 2000); return b[p[1]]; }
int main(void) { int a[10] = {0}; return table(a[0], a) + large(a); }
void _exit(int x);
void _exit(int x) { (void)x; for (;;) {} }
`;

describe('a call through a pointer', () => {
  it('may reach whatever is pointed to', () => {
    const g = ['sub sp, #40', 'add sp, #40', 'bx lr'];
    const routines = routinesOf(listing({ f: ['push {lr}', 'blx r3', 'pop {pc}'], g, h: ['sub sp, #80', ...g] }));
    const pointers = new Set([...routines.values()].filter(({ name }) => name === 'g').map(({ address }) => address));
    expect(boundsIn(routines, ['f'], pointers).get('f')).toEqual({ bytes: 44, path: ['f', 'g'], unknown: [] });
  });
});

describe.skipIf(!findProgram('arm-none-eabi-gcc'))('compiled C', () => {
  it.each(['cortex-m0plus', 'cortex-m3', 'cortex-m4', 'cortex-m55'])('for %s', (core) => {
    const folder = mkdtempSync(join(tmpdir(), 'tinykiln-'));
    try {
      writeFileSync(join(folder, 'a.c'), SOURCE);
      const args = [`-mcpu=${core}`, '-mthumb', '-O2', '-fno-inline', '-specs=nano.specs', '-specs=nosys.specs'];
      const built = spawnSync('arm-none-eabi-gcc', [...args, 'a.c', '-o', 'a.elf'], { cwd: folder, encoding: 'utf8' });
      expect(built.status, built.stderr).toBe(0);
      const bounds = stackBounds(join(folder, 'a.elf'), 'arm-none-eabi-', ['main', 'table', 'large', 'missing']);
      expect([...bounds.keys()].sort()).toEqual(['large', 'main', 'table']);
      const bytes = (name: string) => bounds.get(name)!.bytes;
      expect(bytes('table')).toBeGreaterThanOrEqual(96);
      expect(bytes('table')).toBeLessThan(140);
      expect(bytes('large')).toBeGreaterThanOrEqual(2000);
      expect(bytes('main')).toBeGreaterThan(bytes('large') + 40);
      expect(bytes('main')).toBeLessThan(bytes('large') + 80);
      expect(bounds.get('main')!.path.slice(0, 2)).toEqual(['main', 'large']);
      expect([...bounds.values()].flatMap(({ unknown }) => unknown)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
