// The sections that the report of a detector has and that of a network has not.
import { bars, type Bar } from './bars.js';
import { coursePicture, scaleOf } from './course.js';
import { details, figure, missing, number, percent, table } from './html.js';
import type { AlarmGroups, Course, Interval, RocPicture } from './report.js';
import { rocPicture } from './roc.js';
import { escape } from './svg.js';

export function courses(found: Course[] | undefined): string {
  if (!found || found.length === 0) return missing('No recording was scored yet:', 'kiln evaluate');
  const scale = scaleOf(found);
  const pictures = found.map((course) => {
    const caption = `${escape(course.class)}: ${escape(course.name)}`;
    return figure(coursePicture(course, scale), caption);
  });
  const key = '<span class="key"></span>score <span class="key v"></span>threshold <span class="key a"></span>in alarm';
  const words =
    '<p>A recording of the test part for each class, by the integers that ship; the highest score of each stretch.</p>';
  const numbers = found.map((course) => details(`${course.class}: ${course.name}, by stretch`, courseTable(course)));
  return `${words}<p>${key}</p><div class="pair">${pictures.join('')}</div>${numbers.join('')}`;
}

function courseTable({ name, class: own, seconds, raise, scores, alarms }: Course): string {
  const rows = scores.map((score, i) => [
    ...[((i * seconds) / scores.length).toFixed(1), score.toPrecision(4), (score - raise).toPrecision(3)],
    alarms[i] ? 'alarm' : '',
  ]);
  return table(['from, s', 'score', 'beyond the threshold', ''], rows, `scores of ${name}, ${own}`);
}

export function roc(found: RocPicture | undefined): string {
  if (!found) return missing('Windows of faults and normal ones were not scored yet:', 'kiln evaluate');
  const { judged, auc, interval, points, chosen } = found;
  const sure = interval ? ` (95 %: ${interval.map((value) => value.toFixed(4)).join(' to ')})` : '';
  const rows = points.map((point) => [percent(point.falsePositiveRate), percent(point.truePositiveRate)]);
  const numbers = table(['normal windows above', 'windows of faults above'], rows, 'ROC curve');
  const caption = chosen
    ? `In alarm: ${percent(chosen.truePositiveRate)} of the windows of faults, ${percent(chosen.falsePositiveRate)} of the normal ones (the dot; alarms are confirmed and held, so it need not lie on the curve)`
    : '';
  const words = `<p>${escape(judged)}. Area under the curve ${auc.toFixed(4)}${sure}; the straight line is chance.</p>`;
  return `${words}${figure(`<div class="limited">${rocPicture(found)}</div>`, caption)}${details('By threshold', numbers)}`;
}

export function groups(found: AlarmGroups | undefined): string {
  if (!found) return missing('Machines and faults were not told apart yet:', 'kiln evaluate');
  const sure = (interval: Interval | undefined, show: (value: number) => string) =>
    interval ? interval.map(show).join(' to ') : '-';
  const area = (value: number) => value.toFixed(4);
  const machines = found.machines.map(({ name, auc, partialAuc, interval }) => ({
    ...{ name: name || 'the machine', value: auc, cells: [area(auc), sure(interval, area), area(partialAuc)] },
  }));
  const faults = found.faults.map(({ name, windows, auc, alarmed, interval }) => ({
    ...{ name, kind: `${number(windows)} windows`, value: alarmed },
    cells: [percent(alarmed, 1), sure(interval, (value) => percent(value, 1)), auc === null ? '-' : area(auc)],
  }));
  const picture = (head: string[], rows: Bar[], name: string) =>
    rows.length > 0 ? figure(bars(head, rows, name, 1)) : '';
  return [
    '<p>Machines by how well faults are told from normal windows, faults by the share of their windows in an alarm.</p>',
    picture(['machine', 'longer is better', 'AUC', '95 %', 'pAUC (FPR ≤ 0.1)'], machines, 'by machine'),
    picture(['fault', 'longer is better', 'in alarm', '95 %', 'AUC'], faults, 'by fault'),
  ].join('');
}
