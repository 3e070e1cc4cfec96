// What listening adds to the firmware of a core, and what the application of a detector takes beyond that of a network: by
// firmware of the CMake project with and without it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../benchmarks/detector_cases.mjs';
import { detectorCosts as estimatedDetector } from '../dist/cli/estimate_detector.js';
import { detectorModel } from '../dist/cli/detector_model.js';
import { projectEar } from '../dist/cli/ear.js';
import { writeDetectorFirmware, writeFirmware } from '../dist/cli/firmware.js';
import { streamOf } from '../dist/cli/listening.js';
import { sensorStreamOf } from '../dist/cli/sensor_listening.js';
import { constantBytes, inputOf, memoryBytes } from '../dist/converter/detectors/program.js';
import { buildProject } from '../dist/device/build.js';
import { answerBytes, boardFolders, loadBoard } from '../dist/firmware-templates/index.js';
import { fitMahalanobis } from '../dist/trainer/anomaly/detectors/mahalanobis.js';
import { featureNames } from '../dist/trainer/sensors/front_end.js';
import { shapedModels } from './fit_networks.mjs';

const BOARDS = boardFolders(process.cwd());

/** @param core its costs of detectors @param application of the board, without a model */
export async function streamCosts(board, core, application) {
  const audio = await audioCosts(board);
  const { sensors, alone, model } = await sensorCosts(board);
  const { program } = model;
  return {
    streams: { 'stream_audio.c': audio, 'stream_sensors.c': sensors },
    detectorApplication: {
      flash: alone.flash - application.flash - constantBytes(program) - estimatedDetector(program, core).code,
      ram: alone.ram - application.ram - loadBoard(board).stack - memoryBytes(program) - 4 * inputOf(program).count,
    },
  };
}

async function audioCosts(board) {
  const { model } = shapedModels()[0];
  const ear = projectEar(model, process.cwd());
  const base = { board, boards: BOARDS, name: 'fit', runtime: 'compiled', optimize: 'speed' };
  const of = (more) => built((folder) => writeFirmware(model, { ...base, ...more, folder }));
  const [without, within] = [await of({}), await of({ ear })];
  return beyond(within, without, streamOf(ear));
}

async function sensorCosts(board) {
  const model = detector();
  const options = { board, boards: BOARDS, name: 'fit' };
  const of = (stream) => built((folder) => writeDetectorFirmware(model, { ...options, folder }, stream));
  const [alone, listening] = [await of(false), await of(true)];
  return { sensors: beyond(listening, alone, sensorStreamOf(model)), alone, model };
}

const SPEC = { samples: 256, axes: 3, detrend: 'mean', statistics: ['rms', 'crest'] };

/** As a file says it. */
function detector() {
  const { features } = program(fitMahalanobis, SPEC);
  const names = featureNames(SPEC);
  const channels = Array.from({ length: SPEC.axes }, (_, i) => ({ name: `axis ${i}`, physical: '', unit: 1, zero: 0 }));
  const file = {
    ...{ format: 'tinykiln-detector', version: 1, name: 'fit', stride: 128, features: names, frontEnd: SPEC },
    sensor: { sampleRate: 100, channels },
    detector: fitMahalanobis(features),
    alarm: { raise: 10, clear: 8, confirm: 2, holdOff: 10 },
  };
  return detectorModel(Buffer.from(JSON.stringify(file)), 'fit.json');
}

function beyond(within, without, stream) {
  const kept = answerBytes(stream) - answerBytes(undefined);
  return {
    flash: within.flash - without.flash - stream.tableBytes,
    ram: within.ram - without.ram - stream.ramBytes - kept,
  };
}

async function built(write) {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-fit-'));
  try {
    write(folder);
    return (await buildProject(folder)).sizes;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
