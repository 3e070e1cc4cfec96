// The memory plan as a picture: layers from left to right, bytes of the arena upwards.
import type { Memory } from './report.js';
import { escape, picture, round, shortened, text } from './svg.js';

const WIDTH = 860;
const HEIGHT = 300;
const LEFT = 70;
const BOTTOM = 24;
const TOP = 8;

/** A tensor takes its place from the layer that writes it, or that it is moved for, to the last that reads it there; the input is there before the first. */
export function memoryPlan({ arenaBytes, layers, allocations }: Memory): string {
  const steps = layers.length + 2;
  const x = (op: number) => LEFT + ((op + 1) / steps) * (WIDTH - LEFT - 8);
  const y = (bytes: number) => HEIGHT - BOTTOM - (bytes / Math.max(1, arenaBytes)) * (HEIGHT - BOTTOM - TOP);
  const boxes = allocations.map(({ name, offset, bytes, firstOp, lastOp }, i) => {
    const [left, right, top, bottom] = [x(firstOp), x(lastOp + 1), y(offset + bytes), y(offset)];
    const title = `<title>${escape(`${name}: ${bytes} B at ${offset}`)}</title>`;
    const box = `x="${round(left)}" y="${round(top)}" width="${round(right - left)}" height="${round(bottom - top)}"`;
    const label =
      bottom - top > 14 && right - left > 60
        ? text(
            left + 4,
            top + 13,
            shortened(name, Math.min(right - left, (WIDTH - LEFT - 8) / steps) - 4),
            'class="on-box"',
          )
        : '';
    return `<g>${title}<rect ${box} class="box hue${i % 6}"/>${label}</g>`;
  });
  const scale = [0, 0.5, 1].map((part) => {
    return text(
      LEFT - 6,
      y(part * arenaBytes) + 4,
      `${Math.round(part * arenaBytes).toLocaleString('en')} B`,
      'text-anchor="end"',
    );
  });
  const ends = [text(LEFT, HEIGHT - 6, 'input'), text(WIDTH - 8, HEIGHT - 6, 'output', 'text-anchor="end"')];
  return picture(
    { width: WIDTH, height: HEIGHT },
    `memory plan of ${arenaBytes} B`,
    [...boxes, ...scale, ...ends].join(''),
  );
}
