// The ROC curve of a detector: faults found against normal windows that are taken for faults.
import { circle, line, picture, polyline, text, type Frame } from './svg.js';
import type { RocPicture, RocPoint } from './report.js';

const FRAME: Frame = { width: 420, height: 320, left: 48, bottom: 44 };
const TOP = 12;
const RIGHT = 16;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

export function rocPicture({ points, chosen }: RocPicture): string {
  const x = (rate: number) => FRAME.left + rate * (FRAME.width - FRAME.left - RIGHT);
  const y = (rate: number) => TOP + (1 - rate) * (FRAME.height - TOP - FRAME.bottom);
  const place = (point: RocPoint) => [x(point.falsePositiveRate), y(point.truePositiveRate)] as const;
  const percent = (rate: number) => `${100 * rate} %`;
  const body = [
    ...TICKS.map((rate) => line(x(rate), TOP, x(rate), y(0), 'grid')),
    ...TICKS.map((rate) => text(x(rate), y(0) + 16, percent(rate), `text-anchor="${rate === 1 ? 'end' : 'middle'}"`)),
    ...TICKS.map((rate) => line(FRAME.left, y(rate), x(1), y(rate), 'grid')),
    ...TICKS.map((rate) => text(FRAME.left - 6, y(rate) + 4, percent(rate), 'text-anchor="end"')),
    line(x(0), y(0), x(1), y(1), 'chance'),
    polyline(points.map(place), 'train'),
    ...(chosen ? [circle(...place(chosen), 5, 'dot')] : []),
    text(x(1), FRAME.height - 8, 'normal windows above the threshold', 'text-anchor="end"'),
  ];
  return picture(FRAME, 'ROC curve: faults found against false alarms, by window', body.join(''));
}
