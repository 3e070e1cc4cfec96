// Scores of a recording over time, with the threshold and where there was an alarm.
import { line, picture, polyline, rectangle, text, type Frame } from './svg.js';
import type { Course } from './report.js';

const FRAME: Frame = { width: 420, height: 200, left: 52, bottom: 34 };
const TOP = 14;
const RIGHT = 12;
/** Of the band that says where there was an alarm. */
const BAND = 6;

/** The scores that are drawn, the same for pictures that are compared; from 0 to 1 between the ends of the axis. */
export interface Scale {
  of(score: number): number;
  ticks: number[];
}

export function coursePicture(course: Course, scale: Scale): string {
  const { name, seconds, raise, scores, alarms } = course;
  const floor = FRAME.height - FRAME.bottom;
  const x = (i: number) => FRAME.left + (i / Math.max(1, scores.length)) * (FRAME.width - FRAME.left - RIGHT);
  const y = (score: number) => TOP + (1 - scale.of(score)) * (floor - BAND - TOP);
  const end = x(scores.length);
  const body = [
    ...scale.ticks.map((score) => line(FRAME.left, y(score), end, y(score), 'grid')),
    ...scale.ticks.map((score) => text(FRAME.left - 6, y(score) + 4, shown(score), 'text-anchor="end"')),
    ...stretchesOf(alarms).map(([from, to]) => rectangle(x(from), floor - BAND, x(to) - x(from), BAND, 'alarm')),
    polyline(
      scores.map((score, i) => [x(i + 0.5), y(score)] as const),
      'train',
    ),
    line(FRAME.left, y(raise), end, y(raise), 'val'),
    text(FRAME.left, FRAME.height - 14, '0 s'),
    text(end, FRAME.height - 14, `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`, 'text-anchor="end"'),
  ];
  return picture(FRAME, `scores of ${name} (${course.class}) over time`, body.join(''));
}

/** From the first in alarm to the first that is not. */
function stretchesOf(alarms: readonly boolean[]): [from: number, to: number][] {
  const starts = alarms.flatMap((on, i) => (on && !alarms[i - 1] ? [i] : []));
  return starts.map((from) => {
    const length = alarms.slice(from).indexOf(false);
    return [from, length < 0 ? alarms.length : from + length];
  });
}

/** Logarithmic where all scores and thresholds are above nothing and far apart, linear otherwise. */
export function scaleOf(courses: readonly Course[]): Scale {
  const values = courses.flatMap(({ scores, raise }) => [...scores, raise]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least > 0 && most > 20 * least ? logarithmic(least, most) : linear(least, most);
}

function logarithmic(least: number, most: number): Scale {
  const low = Math.floor(Math.log10(least));
  const high = Math.max(low + 1, Math.ceil(Math.log10(most)));
  const step = Math.ceil((high - low) / 5);
  const ticks = Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => 10 ** (low + i * step));
  return { ticks, of: (score) => (Math.log10(score) - low) / (high - low) };
}

/** Round steps, four or five of them. */
function linear(least: number, most: number): Scale {
  const rough = (most - least || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const [low, high] = [
    step * Math.floor(least / step),
    step * Math.max(Math.ceil(most / step), Math.floor(least / step) + 1),
  ];
  const ticks = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => low + i * step);
  return { ticks, of: (score) => (score - low) / (high - low) };
}

function shown(score: number): string {
  const size = Math.abs(score);
  return size >= 100_000 || (size > 0 && size < 0.01) ? score.toExponential(0) : String(Number(score.toPrecision(3)));
}
