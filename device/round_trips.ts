// How long an answer may take before its request is sent again: learned for each kind of request (RFC 6298).

interface Limits {
  /** Before anything is learned, and at least. Milliseconds. */
  first: number;
  least: number;
}

/** What comes in while a request is `timed` costs it time: it is sent again only where it is surely lost. */
const LIMITS: Readonly<Record<'usual' | 'timed', Limits>> = {
  usual: { first: 300, least: 150 },
  timed: { first: 2000, least: 1000 },
};
const MOST_MS = 2000;

interface Trip {
  mean: number;
  deviation: number;
}

export class RoundTrips {
  private readonly trips = new Map<number, Trip>();
  private readonly losses = new Map<number, number>();

  /** An answer came; its time is known where its request was sent once. */
  took(kind: number, ms: number | undefined): void {
    this.losses.delete(kind);
    if (ms === undefined) return;
    const known = this.trips.get(kind);
    if (!known) {
      this.trips.set(kind, { mean: ms, deviation: ms / 2 });
      return;
    }
    known.deviation += (Math.abs(ms - known.mean) - known.deviation) / 4;
    known.mean += (ms - known.mean) / 8;
  }

  /** No answer came in time. */
  lost(kind: number): void {
    this.losses.set(kind, (this.losses.get(kind) ?? 0) + 1);
  }

  /** Milliseconds: twice as many with each loss in a row. */
  patience(kind: number, limits: keyof typeof LIMITS): number {
    const { first, least } = LIMITS[limits];
    const trip = this.trips.get(kind);
    const usual = trip ? Math.max(least, 2 * trip.mean + 4 * trip.deviation) : first;
    return Math.min(Math.max(MOST_MS, usual), usual * 2 ** (this.losses.get(kind) ?? 0));
  }
}
