import { it } from 'vitest';
import { readFileSync } from 'node:fs';
import { loadBoard } from '../firmware-templates/index.js';
import { NETWORK_EXAMPLES, networkExample, detectorExample } from './boards/examples.js';
import { sizeError, countedCores, instructionError } from './boards/estimates.js';
it('x', async () => {
  const built = JSON.parse(readFileSync('/tmp/w7-built.json', 'utf8'));
  const examples = [...NETWORK_EXAMPLES.map(networkExample), await detectorExample()];
  const out: string[] = [];
  for (const { board, title, sizes } of built) {
    const e = examples.find((x) => x.title === title);
    if (!e || !sizes) continue;
    const r = sizeError(loadBoard(board), e as any, sizes);
    out.push(`${board} ${title} ${(100 * r.flash).toFixed(1)} ${(100 * r.ram).toFixed(2)}`);
  }
  for (const e of examples) for (const c of countedCores()) { const t = performance.now(); const r = instructionError(c, e as any); out.push(`${r.title} ${r.core} ${r.counted} ${r.estimated} ${r.error && (100 * r.error).toFixed(1)} (${Math.round(performance.now()-t)} ms)`); }
  console.log(out.join('\n'));
}, 400000);
