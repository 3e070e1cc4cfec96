// CSV files of sensors: columns, time, labels and gaps as they were recorded, and errors that name file, line and column.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageOf } from '../../base/errors.js';
import { loadCsvFolder } from '../../trainer/datasets/csv_folder.js';
import { loadFrameFolder } from '../../trainer/datasets/frame_folder.js';
import type { CsvFolder, SensorDataset } from '../../trainer/datasets/sensor_dataset.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tinykiln-sensors-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function put(name: string, ...lines: string[]): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
}

const load = (options: Partial<CsvFolder> = {}) =>
  loadCsvFolder({ source: 'csv-folder', path: folder, normal: ['normal', '0'], fill: 1, ...options });

const shape = ({ recordings }: SensorDataset) =>
  recordings.map(({ name, machine, stretches }) => ({
    name,
    machine,
    stretches: stretches.map(({ channels, classes }) => ({ x: [...channels[0]!], classes: [...classes] })),
  }));

describe('a folder of CSV files', () => {
  it('takes classes and machines from the folders, and the rate from the time', () => {
    put('normal/pump1/a.csv', 't,x,y', '0.0,1,2', '0.1,3,4');
    put('worn/pump2/a.csv', 't,x,y', '0.0,5,6', '0.1,7,8');
    const found = load({ time: 't', units: ['g', '°C'] });
    expect(found).toMatchObject({ sampleRate: 10, classes: ['normal', 'worn'] });
    expect(found.channels).toEqual([
      { name: 'x', physical: 'g' },
      { name: 'y', physical: '°C' },
    ]);
    expect(shape(found)).toEqual([
      { name: 'normal/pump1/a.csv', machine: 'pump1', stretches: [{ x: [1, 3], classes: [0, 0] }] },
      { name: 'worn/pump2/a.csv', machine: 'pump2', stretches: [{ x: [5, 7], classes: [1, 1] }] },
    ]);
  });

  it('takes classes from a column, and the machine from the folder', () => {
    put('pump1/a.csv', 'x;state', '1;0', '2;stuck', '3;0');
    const found = load({ delimiter: ';', label: 'state', sampleRate: 1 });
    expect(found.classes).toEqual(['normal', 'stuck']);
    expect(shape(found)[0]).toMatchObject({ machine: 'pump1', stretches: [{ classes: [0, 1, 0] }] });
  });

  it('fills short gaps by a straight line and ends a stretch at longer ones, in cells and in time', () => {
    put('a.csv', 't,x', '0,1', '1,', '2,3', '3,', '4,', '5,9', '6,10', '8,12', '12,20');
    const found = load({ time: 't' });
    expect(shape(found)[0]!.stretches.map(({ x }) => x)).toEqual([[1, 2, 3], [9, 10, 11, 12], [20]]);
    expect(found.notices).toEqual(['a.csv has 2 gaps: no window goes over one.']);
  });

  it('reads dates, and rows that are early or late by less than half a step', () => {
    put('a.csv', 't,x', '2026-01-31 12:00:00.000,1', '2026-01-31 12:00:01.040,2', '2026-01-31 12:00:02.000,3');
    expect(shape(load({ time: 't', sampleRate: 1 }))[0]!.stretches).toEqual([{ x: [1, 2, 3], classes: [0, 0, 0] }]);
  });

  it('has a hash of what was read', () => {
    put('a.csv', 'x', '1', '2');
    const before = load({ sampleRate: 1 }).hash;
    expect(load({ sampleRate: 1 }).hash).toBe(before);
    put('a.csv', 'x', '1', '3');
    expect(load({ sampleRate: 1 }).hash).not.toBe(before);
  });
});

/** What is wrong with a file, and what the error says first. */
const WRONG: Readonly<Record<string, { lines: string[]; options?: Partial<CsvFolder>; message: string }>> = {
  'a word where a number is due': {
    lines: ['x,y', '1,2', '1,high'],
    message: 'a.csv:3: column `y` is `high`, and a number is expected',
  },
  'a row that is too short': { lines: ['x,y', '1,2', '1'], message: 'a.csv:3: Invalid Record Length' },
  'a column that is not there': {
    lines: ['x,y', '1,2'],
    options: { columns: ['z'] },
    message: 'a.csv:1: there is no column `z`. It has `x`, `y`',
  },
  'no line but the names': { lines: ['x,y'], message: 'a.csv: it has 1 lines' },
  'time that goes back': {
    lines: ['t,x', '0,1', '1,1', '0.5,1'],
    options: { time: 't' },
    message: 'a.csv:4: time goes back by 0.5 s',
  },
  'a time that is none': {
    lines: ['t,x', '0,1', 'noon,1'],
    options: { time: 't' },
    message: 'a.csv:3: the time is `noon`',
  },
  'a rate that is too low': {
    lines: ['t,x', '0,1', '0.1,1', '0.2,1', '0.3,1'],
    options: { time: 't', sampleRate: 1 },
    message: 'a.csv:5: there are more rows than 1 Hz has samples',
  },
  'a rate that is not known': {
    lines: ['x', '1', '2'],
    options: { sampleRate: undefined },
    message: 'a.csv: the sample rate is not known',
  },
};

describe('a CSV file that is wrong', () => {
  it.each(Object.entries(WRONG))('by %s', (_, { lines, options, message }) => {
    put('a.csv', ...lines);
    const thrown = (() => {
      try {
        return load({ sampleRate: 1, ...options });
      } catch (error) {
        return messageOf(error);
      }
    })();
    expect(thrown).toContain(message);
  });

  it('or is not there', () => {
    expect(() => load()).toThrow('there is no .csv file in it');
    expect(() => load({ path: join(folder, 'none') })).toThrow('no such file');
  });
});

describe('folders of frames', () => {
  const frames = () =>
    loadFrameFolder({ source: 'frames', path: folder, normal: ['well'], sampleRate: 100, columns: ['x', 'y'] });

  it('make each file a stretch, in the order of their numbers', () => {
    for (const n of [10, 9]) put(`well/fan/${n}.csv`, `${n},0`, `${n},1`);
    put('coin/fan/1.csv', '5,0', '5,1');
    const found = frames();
    expect(found.classes).toEqual(['normal', 'coin']);
    expect(shape(found).map(({ name, stretches }) => [name, stretches.map(({ x }) => x[0])])).toEqual([
      ['coin/fan', [5]],
      ['well/fan', [9, 10]],
    ]);
  });

  it('are refused where a frame has a hole, or another column', () => {
    put('well/1.csv', '1,2', '3,');
    expect(frames).toThrow('1.csv:2: column `y` is empty');
    put('well/1.csv', '1,2,3');
    expect(frames).toThrow('1.csv:1: it has 3 columns, and 2 are expected');
  });
});
