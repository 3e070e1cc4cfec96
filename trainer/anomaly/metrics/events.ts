// What an operator sees: which events were noticed, how late, and how often there was an alarm for nothing.

const SECONDS_PER_DAY = 86_400;

/** Rows begin … end − 1. */
export interface Interval {
  begin: number;
  end: number;
}

export interface EventReport {
  events: number;
  detected: number;
  /** detected / events; NaN without events. */
  recall: number;
  /** Rows from the begin of each detected event to its first alarm, in order of the events. */
  delays: number[];
  /** Alarms, each a run of rows, that overlap no event. */
  falseAlarms: number;
  /** falseAlarms per 24 hours of rows outside events; 0 where there are none. */
  falseAlarmsPerDay: number;
}

/** Runs of rows that are not 0. */
export function intervals(rows: ArrayLike<number>): Interval[] {
  const found: Interval[] = [];
  for (let i = 0; i < rows.length; i++) {
    if (!rows[i]) continue;
    if (i > 0 && rows[i - 1]) found.at(-1)!.end = i + 1;
    else found.push({ begin: i, end: i + 1 });
  }
  return found;
}

/**
 * @param alarms, truth by row, not 0 for an alarm and for an anomaly
 * @param secondsPerRow from one row to the next
 */
export function evaluateEvents(
  alarms: ArrayLike<number>,
  truth: ArrayLike<number>,
  secondsPerRow: number,
): EventReport {
  const events = intervals(truth);
  const raised = intervals(alarms);
  const delays = events.flatMap((event) => {
    const first = raised.find((alarm) => overlap(alarm, event));
    return first ? [Math.max(0, first.begin - event.begin)] : [];
  });
  const falseAlarms = raised.filter((alarm) => !events.some((event) => overlap(alarm, event))).length;
  const normalRows = truth.length - events.reduce((sum, { begin, end }) => sum + end - begin, 0);
  return {
    events: events.length,
    detected: delays.length,
    recall: delays.length / events.length,
    delays,
    falseAlarms,
    falseAlarmsPerDay: normalRows > 0 ? (falseAlarms * SECONDS_PER_DAY) / (normalRows * secondsPerRow) : 0,
  };
}

function overlap(a: Interval, b: Interval): boolean {
  return a.begin < b.end && b.begin < a.end;
}
