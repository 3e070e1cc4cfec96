// The DET curve of a keyword spotter: misses against false accepts an hour, on a logarithmic axis.
import { circle, line, picture, polyline, text, type Frame } from './svg.js';
import type { DetCurve, DetPoint } from './report.js';

const FRAME: Frame = { width: 420, height: 260, left: 48, bottom: 44 };
const TOP = 12;
const RIGHT = 16;
/** Where a curve without any false accept is drawn: false accepts an hour. */
const LEAST = 0.1;

export function detPicture({ points, chosen }: DetCurve): string {
  const all = chosen ? [...points, chosen] : points;
  const decades = Math.max(1, Math.ceil(Math.log10(Math.max(LEAST, ...all.map((p) => p.falseAccepts)) / LEAST)));
  const highest = Math.max(0.05, ...all.map((p) => p.falseRejects));
  const x = (falseAccepts: number) =>
    FRAME.left + (Math.log10(Math.max(LEAST, falseAccepts) / LEAST) / decades) * (FRAME.width - FRAME.left - RIGHT);
  const y = (falseRejects: number) => TOP + (1 - falseRejects / highest) * (FRAME.height - TOP - FRAME.bottom);
  const place = (p: DetPoint) => [x(p.falseAccepts), y(p.falseRejects)] as const;
  const body = [
    ...axes(decades, highest, x, y),
    polyline([...points].sort((a, b) => a.falseAccepts - b.falseAccepts).map(place), 'train'),
    ...(chosen ? [circle(...place(chosen), 5, 'dot')] : []),
  ];
  return picture(FRAME, 'DET curve: missed keywords against false accepts an hour', body.join(''));
}

function axes(decades: number, highest: number, x: (value: number) => number, y: (value: number) => number): string[] {
  const floor = y(0);
  const across = Array.from({ length: decades + 1 }, (_, i) => LEAST * 10 ** i).map((value, i) => {
    const label = i === 0 ? `≤ ${LEAST}` : String(Math.round(value));
    const anchor = i === 0 ? '' : i === decades ? 'text-anchor="end"' : 'text-anchor="middle"';
    return line(x(value), TOP, x(value), floor, 'grid') + text(x(value), floor + 16, label, anchor);
  });
  const up = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = y(part * highest);
    const label = `${(100 * part * highest).toFixed(highest < 0.2 ? 1 : 0)} %`;
    return (
      line(FRAME.left, at, FRAME.width - RIGHT, at, 'grid') + text(FRAME.left - 6, at + 4, label, 'text-anchor="end"')
    );
  });
  const words = text(FRAME.width - RIGHT, FRAME.height - 8, 'false accepts an hour', 'text-anchor="end"');
  return [...across, ...up, words];
}
