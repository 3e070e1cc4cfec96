// A stream's detections against what was said in it: words that were missed, and detections of what was not said.

/** What is known of a stretch of a stream, which has one at least. Segments are in order and do not overlap. */
export interface Segment {
  /** Seconds from the stream's start. */
  start: number;
  end: number;
  /** Who speaks, or which recording of noise it is: what is drawn anew as a whole for an interval. */
  source: string;
  /** Class to detect here, once; undefined where nothing is. */
  keyword: number | undefined;
}

export interface TimedDetection {
  seconds: number;
  keyword: number;
}

/** Of one source, or of all. */
export interface Tally {
  words: number;
  falseRejects: number;
  falseAccepts: number;
  seconds: number;
}

export interface Rates {
  /** Share of the words that were missed, 0 … 1; NaN where there are none. */
  falseRejects: number;
  /** In an hour. */
  falseAccepts: number;
}

/**
 * A word's first detection between its start and `tolerance` seconds behind its end is right. All others are false: second
 * ones, those of another class, and those where no word is. A false one counts for the segment that it came in.
 * @param detections in the order of their times
 * @returns what each source adds
 */
export function scoreStream(
  segments: readonly Segment[],
  detections: readonly TimedDetection[],
  tolerance: number,
): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const segment of segments) addSegment(tallyOf(tallies, segment), segment);
  const found = new Set<Segment>();
  let first = 0;
  for (const { seconds, keyword } of detections) {
    while (first < segments.length - 1 && segments[first]!.end + tolerance < seconds) first++;
    const near = begunBy(segments, first, seconds);
    const word = near.find((segment) => segment.keyword === keyword && !found.has(segment));
    if (word && seconds <= word.end + tolerance) {
      found.add(word);
      tallyOf(tallies, word).falseRejects--;
    } else {
      tallyOf(tallies, near.at(-1) ?? segments[first]!).falseAccepts++;
    }
  }
  return tallies;
}

/** Segments from the first one on that have begun: at most the few that the tolerance reaches back over. */
function begunBy(segments: readonly Segment[], first: number, seconds: number): Segment[] {
  let end = first;
  while (end < segments.length && segments[end]!.start <= seconds) end++;
  return segments.slice(first, end);
}

/** A word is missed until it is found. */
function addSegment(tally: Tally, { start, end, keyword }: Segment): void {
  tally.seconds += end - start;
  if (keyword === undefined) return;
  tally.words++;
  tally.falseRejects++;
}

function tallyOf(tallies: Map<string, Tally>, { source }: Segment): Tally {
  const known = tallies.get(source);
  if (known) return known;
  const fresh = emptyTally();
  tallies.set(source, fresh);
  return fresh;
}

function emptyTally(): Tally {
  return { words: 0, falseRejects: 0, falseAccepts: 0, seconds: 0 };
}

/** Of several sources together. */
export function total(tallies: Iterable<Tally>): Tally {
  const sum = emptyTally();
  for (const tally of tallies) {
    for (const key of Object.keys(sum) as (keyof Tally)[]) sum[key] += tally[key];
  }
  return sum;
}

export function ratesOf({ words, falseRejects, falseAccepts, seconds }: Tally): Rates {
  return { falseRejects: falseRejects / words, falseAccepts: (falseAccepts * 3600) / seconds };
}
