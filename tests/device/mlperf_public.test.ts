// MLPerf Tiny's public runner, as its authors publish it, drives our firmware. It is never part of this repo: MLPERF_TINY_DIR
// names a clone of mlcommons/tiny, and MLPERF_PYTHON a Python with pyserial, PyYAML, numpy, scikit-learn, matplotlib and pyusb.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { median } from '../../device/mlperf_scores.js';
import { kiln } from '../cli/kiln.js';
import { sharedData } from '../shared.js';

const clone = process.env['MLPERF_TINY_DIR'];
const model = sharedData('models', 'kws_ref_model.tflite');
const inputs = sharedData('golden', 'kws01_inputs.bin');
const outputs = sharedData('golden', 'kws01_outputs.bin');
const labels = sharedData('golden', 'kws01_labels.txt');
const runner = clone && join(clone, 'benchmark', 'runner');

const VECTORS = 200;
const CLASSES = 12;
const INFERENCES = 30;

const DEVICES = `- name: tinykiln
  type: dut
  baud: 115200
  usb:
    0x0483: 0x374B
`;

const script = (loop: string, infer: string) => `kws01:
  name: keyword_spotting
  model: kws01
  truth_file: y_labels.csv
  script:
    - ${loop}:
      - download
      - infer ${infer}
`;

/** A pseudo-terminal has no USB id, by which the runner looks for devices: Python runs this before it, and it stays as it is. */
const SITE = `import os
from types import SimpleNamespace
from serial.tools import list_ports
import usb.core
port = SimpleNamespace(device=os.environ['TINYKILN_PORT'], vid=0x0483, pid=0x374B, description='virtual board')
list_ports.comports = lambda include_links=False: [port]
usb.core.find = lambda **_: []
`;

interface Session {
  log: string;
  results: string;
  windows: { infer?: { throughput?: number; iterations: number; results: number[] } }[];
}

describe.skipIf(!runner || !model || !inputs || !outputs || !labels)('the public runner', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tinykiln-mlperf-public-'));
  let port: string;

  beforeAll(async () => {
    writeDataset();
    for (const [name, text] of Object.entries({
      'devices.yaml': DEVICES,
      'accuracy.yaml': script('loop', '1 0'),
      'performance.yaml': script('loop 5', `${INFERENCES} 2`),
      'sitecustomize.py': SITE,
    })) {
      writeFileSync(join(folder, name), text);
    }
    const made = [
      await ours('project', model!, '--name', 'kws01', '--board', 'virtual-stm32f405'),
      await ours('build'),
    ];
    expect(made.map(({ code }) => code)).toEqual([0, 0]);
    port = (await ours('flash')).json<{ port: string }>().port;
  });

  afterAll(async () => {
    await ours('flash', '--stop');
    rmSync(folder, { recursive: true, force: true });
  });

  async function ours(...argv: string[]) {
    const { code, out, err } = await kiln(...argv, '-C', folder, '--json');
    return { code, err, json: <T>() => JSON.parse(out) as T };
  }

  function writeDataset(): void {
    const bytes = readFileSync(inputs!);
    const classes = readFileSync(labels!, 'utf8').trim().split(/\s+/);
    const size = bytes.length / classes.length;
    const set = join(folder, 'datasets', 'kws01');
    mkdirSync(set, { recursive: true });
    const rows = classes.slice(0, VECTORS).map((label, i) => {
      writeFileSync(join(set, `${i}.bin`), bytes.subarray(i * size, (i + 1) * size));
      return `${i}.bin,${CLASSES},${label}\n`;
    });
    writeFileSync(join(set, 'y_labels.csv'), rows.join(''));
  }

  function run(mode: 'a' | 'p', tests: string): Session {
    const sessions = join(folder, mode);
    mkdirSync(sessions, { recursive: true });
    const argv = ['-d', '../devices.yaml', '-t', `../${tests}`, '-s', '../datasets', '-m', mode];
    const { status, stdout, stderr } = spawnSync(
      process.env['MLPERF_PYTHON'] ?? 'python3',
      [join(runner!, 'main.py'), ...argv],
      {
        cwd: sessions,
        encoding: 'utf8',
        timeout: 100_000,
        env: { ...process.env, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1', TINYKILN_PORT: port },
      },
    );
    expect(status, `${stdout}\n${stderr}`).toBe(0);
    const session = join(sessions, 'sessions', readdirSync(join(sessions, 'sessions'))[0]!);
    const text = (name: string) => (existsSync(join(session, name)) ? readFileSync(join(session, name), 'utf8') : '');
    return { log: text('log.txt'), results: text('results.txt'), windows: JSON.parse(text('results.json')) };
  }

  /** Of the expected bytes, which the board's are held to elsewhere. */
  function expectedTop1(): number {
    const scores = new Int8Array(readFileSync(outputs!));
    const classes = readFileSync(labels!, 'utf8').trim().split(/\s+/).map(Number).slice(0, VECTORS);
    const right = classes.filter((label, i) => {
      const row = scores.subarray(CLASSES * i, CLASSES * (i + 1));
      return row.indexOf(Math.max(...row)) === label;
    });
    return right.length / VECTORS;
  }

  it('measures the accuracy that we do, knowing name, profile and model', async () => {
    const { log, results } = run('a', 'accuracy.yaml');
    expect(log).toContain('Device name retrieved: tinykiln');
    expect(log).toContain('Device profile retrieved: ULPMark for tinyML Firmware V0.0.1');
    expect(log).toContain('Device model retrieved: kws01');
    const accuracy = await ours('mlperf', 'accuracy', '--port', port, '--data', join(folder, 'datasets'));
    const { top1, auc } = accuracy.json<{ top1: number; auc: number }>();
    expect(top1).toBe(expectedTop1());
    expect(results).toContain(`Top 1% = ${(100 * top1).toFixed(1)}`);
    expect(results).toContain(`AUC = ${auc.toFixed(3)}`);
  });

  it('measures the throughput that we do', async () => {
    const { windows } = run('p', 'performance.yaml');
    const theirs = windows.flatMap(({ infer }) => infer ?? []);
    expect(theirs.map(({ iterations }) => iterations)).toEqual(Array(5).fill(INFERENCES));
    const data = ['--data', join(folder, 'datasets'), '--iterations', String(INFERENCES), '--warmups', '2'];
    const { throughput } = (await ours('mlperf', '--port', port, ...data)).json<{ throughput: number }>();
    const ratio = throughput / median(theirs.map((window) => window.throughput!));
    expect(ratio).toBeCloseTo(1, 2);
  });
});
