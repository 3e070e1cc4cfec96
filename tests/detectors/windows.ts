// Windows of a sensor by formula: vibration, drift, silence, and what overdrives it.
import { Random } from '../../base/random.js';

type Signal = (i: number, random: Random) => number;

const SIGNALS: Signal[] = [
  (i) => 900 * Math.sin(i * 0.7) + 300 * Math.sin(i * 2.9),
  (i, random) => 40 * random.normal() + 12 * i - 9000,
  () => 0,
  () => -32768,
  (_, random) => (random.integer(2) === 0 ? -32768 : 32767),
  (i) => (i === 3 ? 1 : 0),
  (i) => (i % 11 === 0 ? 30000 : 2),
  (_, random) => random.integer(65536) - 32768,
  (i) => 30000 - 25 * i,
];

/** Each axis of a window another signal: [samples × axes]. */
export function windowsOf(samples: number, axes: number): Int16Array[] {
  const random = new Random(6);
  return SIGNALS.map((_, first) =>
    Int16Array.from({ length: samples * axes }, (_, at) => {
      const value = SIGNALS[(first + (at % axes)) % SIGNALS.length]!(Math.floor(at / axes), random);
      return Math.max(-32768, Math.min(32767, Math.round(value)));
    }),
  );
}
