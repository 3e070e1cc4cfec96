// What a rotating machine shakes like, well and with a fault: shaft orders, noise through a resonance, and blows of a bearing.
// Source: R. B. Randall, "Vibration-based Condition Monitoring" (2011), chapter 2; J. I. Taylor, "The Vibration Analysis Handbook".
import type { Random } from '../../base/random.js';

export const FAULTS = ['bearing', 'imbalance', 'looseness', 'misalignment'] as const;
export type Fault = (typeof FAULTS)[number];

/** A specimen of one kind of machine. */
export interface Machine {
  name: string;
  /** What is left of its imbalance and misalignment, in g at 25 Hz. */
  imbalance: number;
  misalignment: number;
  /** Blades or teeth, and what their passing gives at full load, in g. */
  blades: number;
  bladeAmplitude: number;
  /** Resonance of its housing: Hz, and damping as a share of the critical. */
  resonance: number;
  damping: number;
  /** Standard deviations in g: of the sensor, and of what excites the resonance. */
  noise: number;
  rumble: number;
}

export interface Operation {
  /** Turns of the shaft in a second. */
  speed: number;
  /** 0 … 1 */
  load: number;
  /** Left out: the machine is well. */
  fault?: Fault;
  /** 0 … 1 */
  severity: number;
}

/** Blows of a defect in the outer race in one turn: a ball bearing of eight balls. */
const OUTER_RACE_ORDER = 3.05;
/** Balls slip: by how much the time between two blows varies. */
const SLIP = 0.02;
/** Speed at which amplitudes are stated, in Hz: forces of imbalance grow with the square of the speed. */
const RATED_SPEED = 25;

export function drawMachine(name: string, random: Random): Machine {
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  return {
    name,
    imbalance: between(0.04, 0.08),
    misalignment: between(0.015, 0.03),
    blades: 5 + random.integer(3),
    bladeAmplitude: between(0.03, 0.06),
    resonance: between(330, 520),
    damping: between(0.03, 0.06),
    noise: 0.008,
    rumble: between(0.01, 0.016),
  };
}

/**
 * Acceleration in g: two radial axes, and along the shaft.
 * @param sampleRate Hz
 * @returns by axis
 */
export function shake(
  machine: Machine,
  { speed, load, fault, severity }: Operation,
  samples: number,
  sampleRate: number,
  random: Random,
): Float64Array[] {
  const worse = (own: Fault, most: number) => (fault === own ? 1 + severity * most : 1);
  const force = (speed / RATED_SPEED) ** 2;
  const imbalance = machine.imbalance * force * worse('imbalance', 2.5);
  const misalignment = machine.misalignment * force * worse('misalignment', 5);
  const half = fault === 'looseness' ? 0.08 * severity * force : 0;
  const blade = machine.bladeAmplitude * load;
  const phases = Array.from({ length: 4 }, () => 2 * Math.PI * random.uniform());
  const blows = blowTimes(fault, speed, random);
  const housing = [0, 1, 2].map(() => new Resonator(machine.resonance, machine.damping, sampleRate));
  const axes = [0, 1, 2].map(() => new Float64Array(samples));
  let turn = phases[0]!;
  for (let i = 0; i < samples; i++) {
    turn += (2 * Math.PI * speed * (1 + 0.004 * Math.sin((2 * Math.PI * i) / (7 * sampleRate)))) / sampleRate;
    const twice = misalignment * Math.cos(2 * turn + phases[1]!);
    const rocking = half * Math.cos(turn / 2);
    const passing = blade * Math.cos(machine.blades * turn + phases[2]!);
    const orders = [
      imbalance * Math.cos(turn) + twice + passing + rocking,
      imbalance * Math.sin(turn) + 0.8 * twice + 0.7 * passing + 0.7 * rocking,
      1.5 * twice + 0.6 * misalignment * Math.cos(turn + phases[3]!) + 0.2 * passing,
    ];
    const blow = blows(i / sampleRate) * severity;
    const loose = fault === 'looseness' ? rattle(turn, severity, random) : 0;
    axes.forEach((axis, a) => {
      const excited = machine.rumble * (0.5 + load) * random.normal() + AXIS_SHARE[a]! * (blow + loose);
      axis[i] = orders[a]! + housing[a]!.step(excited) + machine.noise * random.normal();
    });
  }
  return axes;
}

/** How much of a blow each axis feels. */
const AXIS_SHARE = [1, 0.6, 0.4];

/** Of a loose foot: it hits its bed once in two turns, never twice as hard, in g. */
function rattle(turn: number, severity: number, random: Random): number {
  return Math.cos(turn / 2) > 0.97 ? 0.12 * severity * Math.abs(random.normal()) : 0;
}

/** Asked with rising times, in seconds, gives the blow that fell since the last, in g. */
function blowTimes(fault: Fault | undefined, speed: number, random: Random): (time: number) => number {
  if (fault !== 'bearing') return () => 0;
  const period = 1 / (OUTER_RACE_ORDER * speed);
  let next = period * random.uniform();
  return (time) => {
    if (time < next) return 0;
    next += period * (1 + SLIP * random.normal());
    return 0.18 * (0.7 + 0.6 * random.uniform());
  };
}

/** A mass on a spring: a filter of two poles. */
class Resonator {
  private readonly a1: number;
  private readonly a2: number;
  private before = 0;
  private beforeThat = 0;

  constructor(frequency: number, damping: number, sampleRate: number) {
    const angle = (2 * Math.PI * frequency) / sampleRate;
    const radius = Math.exp(-damping * angle);
    this.a1 = 2 * radius * Math.cos(angle);
    this.a2 = -radius * radius;
  }

  step(input: number): number {
    const output = input + this.a1 * this.before + this.a2 * this.beforeThat;
    this.beforeThat = this.before;
    return (this.before = output);
  }
}
