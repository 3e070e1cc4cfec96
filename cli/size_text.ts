// Sizes on a terminal: figures against the budget, parts, layers, and the symbols that count or that changed.
import { amount } from './budget.js';
import type { Reporter } from './reporter.js';
import { estimateWords, figureHead, figureRows, partHead, partRows, signed, type SizeResult } from './size_formats.js';
import { symbolChanges } from './size_difference.js';

/** @param most symbols to show */
export function reportSize(result: SizeResult, reporter: Reporter, most: number): void {
  const { now } = result;
  reporter.line(
    now.estimate ? estimateWords(result) : `${now.elf}: text ${now.text}, data ${now.data}, bss ${now.bss}`,
  );
  if (now.map === undefined && !now.estimate)
    reporter.notice('without a linker map (-Wl,-Map=FILE) parts are known by local symbols alone');
  reporter.table(figureHead(result), figureRows(result));
  reporter.table(partHead(result), partRows(result));
  reportMemory(result, reporter);
  const layers = now.layers.filter(({ weights, code }) => weights + code > 0);
  if (layers.length > 0)
    reporter.table(
      ['layer', 'weights', 'code'],
      layers.map(({ name, weights, code }) => [name, amount(weights, 'B'), amount(code, 'B')]),
    );
  if (!now.estimate) reportSymbols(result, reporter, most);
}

function reportMemory({ now: { memory, allocators, ram } }: SizeResult, reporter: Reporter): void {
  const bytes = (n: number) => amount(n, 'B');
  const { arena, stack, heap } = memory;
  const heapText =
    heap > 0 || allocators.length > 0 ? `${bytes(heap)} (${allocators.join(', ') || 'reserved'})` : 'none';
  reporter.line(
    `RAM ${bytes(ram)}: arena ${bytes(arena)}, static ${bytes(memory.static)}, stack ${bytes(stack)} reserved, heap ${heapText}`,
  );
}

function reportSymbols({ now, before }: SizeResult, reporter: Reporter, most: number): void {
  if (before) {
    const changes = symbolChanges(before, now);
    const largest = [...changes].sort((a, b) => Math.abs(b.flash + b.ram) - Math.abs(a.flash + a.ram)).slice(0, most);
    const rows = largest.map(({ name, part, state, flash, ram }) => [name, part, state, signed(flash), signed(ram)]);
    if (rows.length > 0) reporter.table(['symbol', 'part', '', 'flash', 'RAM'], rows);
    else reporter.line('no symbol changed its size');
    return;
  }
  const rows = now.symbols
    .slice(0, most)
    .map(({ name, part, flash, ram }) => [name, part, amount(flash, 'B'), amount(ram, 'B')]);
  if (rows.length > 0) reporter.table(['symbol', 'part', 'flash', 'RAM'], rows);
}
