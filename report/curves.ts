// Training curves: one picture for a figure, train against validation.
import { line, picture, polyline, text, type Frame } from './svg.js';
import type { Epoch } from './report.js';

const FRAME: Frame = { width: 420, height: 240, left: 44, bottom: 34 };
const TOP = 12;
const TICKS = 4;

export type CurveKey = 'loss' | 'accuracy';

/** @param key the figure; its validation twin is drawn beside it */
export function curves(title: string, history: readonly Epoch[], key: CurveKey): string {
  const twin = key === 'loss' ? 'valLoss' : 'valAccuracy';
  const highest = key === 'accuracy' ? 1 : Math.max(...history.flatMap((epoch) => [epoch[key], epoch[twin]])) || 1;
  const x = (epoch: number) =>
    FRAME.left + ((epoch - 1) / Math.max(1, history.length - 1)) * (FRAME.width - FRAME.left - 12);
  const y = (value: number) => TOP + (1 - value / highest) * (FRAME.height - TOP - FRAME.bottom);
  const course = (of: keyof Epoch) => history.map((epoch) => [x(epoch.epoch), y(epoch[of])] as const);
  const body = [
    ...axis(highest, y),
    text(FRAME.left, FRAME.height - 14, '1'),
    text(FRAME.width - 12, FRAME.height - 14, `epoch ${history.length}`, 'text-anchor="end"'),
    polyline(course(key), 'train'),
    polyline(course(twin), 'val'),
  ];
  return picture(FRAME, title, body.join(''));
}

function axis(highest: number, y: (value: number) => number): string[] {
  return Array.from({ length: TICKS + 1 }, (_, i) => {
    const value = (highest * i) / TICKS;
    const label = highest === 1 ? `${Math.round(100 * value)} %` : value.toFixed(1);
    return (
      line(FRAME.left, y(value), FRAME.width - 12, y(value), 'grid') +
      text(FRAME.left - 6, y(value) + 4, label, 'text-anchor="end"')
    );
  });
}
