// Scores of a recording over time on a logarithmic axis, with the threshold and where there was an alarm.
import { line, picture, polyline, rectangle, text, type Frame } from './svg.js';
import type { Course } from './report.js';

const FRAME: Frame = { width: 420, height: 200, left: 48, bottom: 34 };
const TOP = 14;
const RIGHT = 12;
/** Of the band that says where there was an alarm. */
const BAND = 6;

/** @param range of the scores that are drawn: the same for pictures that are compared */
export function coursePicture(course: Course, range: readonly [least: number, most: number]): string {
  const { name, seconds, raise, scores, alarms } = course;
  const [low, high] = range.map(Math.log10) as [number, number];
  const floor = FRAME.height - FRAME.bottom;
  const x = (i: number) => FRAME.left + (i / Math.max(1, scores.length)) * (FRAME.width - FRAME.left - RIGHT);
  const y = (score: number) => {
    const part = (Math.log10(Math.max(score, range[0])) - low) / (high - low);
    return TOP + (1 - Math.min(1, part)) * (floor - TOP);
  };
  const body = [
    ...decades(low, high).map((score) => line(FRAME.left, y(score), x(scores.length), y(score), 'grid')),
    ...decades(low, high).map((score) => text(FRAME.left - 6, y(score) + 4, shown(score), 'text-anchor="end"')),
    ...alarms.flatMap((on, i) => (on ? [rectangle(x(i), floor - BAND, x(i + 1) - x(i), BAND, 'alarm')] : [])),
    polyline(
      scores.map((score, i) => [x(i + 0.5), y(score)] as const),
      'train',
    ),
    line(FRAME.left, y(raise), x(scores.length), y(raise), 'val'),
    text(FRAME.left, FRAME.height - 14, '0 s'),
    text(x(scores.length), FRAME.height - 14, `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`, 'text-anchor="end"'),
  ];
  return picture(FRAME, `scores of ${name} (${course.class}) over time`, body.join(''));
}

/** From the lowest to the highest of all courses and their thresholds, in whole decades. */
export function rangeOf(courses: readonly Course[]): [least: number, most: number] {
  const values = courses.flatMap(({ scores, raise }) => [...scores, raise]).filter((value) => value > 0);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const low = Math.floor(Math.log10(least));
  return [10 ** low, 10 ** Math.max(low + 1, Math.ceil(Math.log10(most)))];
}

function decades(low: number, high: number): number[] {
  const step = Math.ceil((high - low) / 5);
  return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => 10 ** (low + i * step));
}

function shown(score: number): string {
  return score >= 10_000 || score < 0.01 ? score.toExponential(0) : String(Number(score.toPrecision(1)));
}
