// Makes a data set of machine vibration: several machines at several speeds and loads, well and with faults; its seed decides all.
import { Random } from '../../base/random.js';
import { sha256 } from '../../base/files.js';
import { NORMAL, type Recording, type SensorDataset } from './sensor_dataset.js';
import { drawMachine, shake, type Fault, type Machine, type Operation } from './vibration_model.js';

export interface SyntheticVibration {
  source: 'synthetic-vibration';
  /** Specimens. */
  machines: number;
  /** Turns of the shaft in a second. */
  speeds: readonly number[];
  /** 0 … 1 */
  loads: readonly number[];
  /** Of each machine at each speed and load while it is well; there is one with each fault. */
  recordings: number;
  /** Of each recording. */
  seconds: number;
  faults: readonly Fault[];
  /** Least and greatest of a fault, 0 … 1: each recording draws its own. */
  severity: readonly [number, number];
  /** Hz. */
  sampleRate: number;
  seed: number;
}

const AXES = ['radial x', 'radial y', 'axial'];
/** Between two recordings of one machine: how exactly its speed and load are what they should be, and the sensor's gain. */
const TOLERANCE = { speed: 0.02, load: 0.1, gain: 0.05 };

export function synthesizeVibration(options: SyntheticVibration): SensorDataset {
  const { machines, faults, sampleRate, seed } = options;
  const random = new Random(seed);
  const specimens = Array.from({ length: machines }, (_, i) => drawMachine(`machine${i + 1}`, random));
  const recordings = specimens.flatMap((machine) => recordingsOf(machine, options, random));
  return {
    channels: AXES.map((name) => ({ name, physical: 'g' })),
    sampleRate,
    classes: [NORMAL, ...faults],
    recordings,
    notices: ['These machines are computed, not measured: figures prove the way, and say nothing of a real machine.'],
    hash: sha256(JSON.stringify(options)),
  };
}

function recordingsOf(machine: Machine, options: SyntheticVibration, random: Random): Recording[] {
  const { speeds, loads, recordings, faults, severity } = options;
  return speeds.flatMap((speed) =>
    loads.flatMap((load) => {
      const well = Array.from({ length: recordings }, () => ({ speed, load, severity: 0 }));
      const ill = faults.map((fault) => {
        const drawn = severity[0] + (severity[1] - severity[0]) * random.uniform();
        return { speed, load, fault, severity: drawn };
      });
      return [...well, ...ill].map((operation, i) => recordingOf(machine, operation, i, options, random));
    }),
  );
}

function recordingOf(
  machine: Machine,
  operation: Operation,
  number: number,
  { seconds, sampleRate, faults }: SyntheticVibration,
  random: Random,
): Recording {
  const { speed, load, fault } = operation;
  const about = (value: number, tolerance: number) => value * (1 + tolerance * (2 * random.uniform() - 1));
  const samples = Math.round(seconds * sampleRate);
  const real = { ...operation, speed: about(speed, TOLERANCE.speed), load: about(load, TOLERANCE.load) };
  const gain = about(1, TOLERANCE.gain);
  const channels = shake(machine, real, samples, sampleRate, random).map((axis) => axis.map((value) => gain * value));
  const classes = new Uint8Array(samples).fill(fault ? faults.indexOf(fault) + 1 : 0);
  const place = `${speed} Hz, load ${load}`;
  const name = fault ? `${machine.name}/${fault}/${place}` : `${machine.name}/${place}/${number + 1}`;
  return { name, machine: machine.name, stretches: [{ channels, classes }] };
}
