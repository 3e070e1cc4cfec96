import { rmSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { KilnError } from '../../base/errors.js';
import { readBytes, writeAtomic } from '../../base/files.js';
import type { Optimize } from '../../converter/codegen/kernel_functions.js';
import { inputSize } from '../../converter/calibrate.js';
import { convertInDetail } from '../../converter/convert.js';
import { loadTflite } from '../../converter/loaders/tflite.js';
import { verify } from '../../converter/ops/verify.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { loadBenchTarget } from '../../firmware-templates/index.js';
import { writeCSources, type CSources } from '../c_sources.js';
import type { Arguments, Run } from '../command.js';
import type { Context } from '../context.js';
import { convertTrained, readCalibration, readFloatModel, readTrainedRanges, reportConversion } from '../conversion.js';
import { dataOverride, loadFeatures } from '../data.js';
import { prefixOf } from '../firmware.js';
import { readTfliteModel } from '../model.js';
import { loadFirmwareConfig } from '../config.js';
import { openProject, pathsOf } from '../project.js';
import { methodChoice, reportLayers } from '../quantization.js';

export const run: Run = async (args, context) => {
  if (typeof args['model'] === 'string') return convertNamed(args['model'], args, context);
  const project = openProject(context.project);
  const features = await loadFeatures(project, context, dataOverride(args));
  const { quantization, ...conversion } = convertTrained(project, features, context, args);
  reportConversion(context, conversion);
  context.reporter.line(project.paths.model);
  context.reporter.result({ model: project.paths.model, ...conversion, ...(quantization && { quantization }) });
  return 0;
};

function convertNamed(model: string, args: Arguments, context: Context): number {
  const { cwd, project, reporter } = context;
  const path = resolve(cwd, model);
  const paths = pathsOf(project);
  const output = typeof args['output'] === 'string' ? resolve(cwd, args['output']) : paths.model;
  const { tflite, ...made } = int8Bytes(path) ?? quantize(path, args, context);
  writeAtomic(output, tflite);
  // What was measured on an earlier model, and its test vectors, say nothing of this one.
  if (output === paths.model) for (const stale of [paths.vectors, paths.conversion]) rmSync(stale, { force: true });
  reporter.line(`${output}: ${tflite.length.toLocaleString('en')} B, int8`);
  const sources = typeof args['c'] === 'string' ? cSources(tflite, output, resolve(cwd, args['c']), args) : undefined;
  if (sources) reporter.line(`${sources.folder}: ${sources.files.length} files, arena ${sources.arenaBytes} B`);
  reporter.result({ model: output, bytes: tflite.length, ...made, ...(sources && { c: sources }) });
  return 0;
}

/** The prefix of the C names is the file's name. */
function cSources(tflite: Uint8Array, path: string, folder: string, { board, optimize }: Arguments): CSources {
  return writeCSources(readTflite(tflite, path), folder, {
    name: prefixOf(basename(path, '.tflite')),
    tflite,
    ...(typeof board === 'string' && { core: loadBenchTarget(board).kernels }),
    ...(optimize !== undefined && { optimize: optimize as Optimize }),
  });
}

/** The file of a model that is int8 already: only a .tflite can be, as a tfjs model is float32. */
function int8Bytes(path: string): { tflite: Uint8Array } | undefined {
  if (!path.endsWith('.tflite')) return undefined;
  const { bytes, graph } = readTfliteModel(path);
  if (graph.inputs.some((index) => graph.tensors[index]!.dtype !== 'int8')) return undefined;
  verify(graph);
  return { tflite: bytes };
}

function quantize(path: string, args: Arguments, context: Context) {
  const { calibrate } = args;
  const isTflite = path.endsWith('.tflite');
  const float = isTflite ? loadTflite(readBytes(path), path) : readFloatModel(path);
  const ranges = isTflite ? undefined : readTrainedRanges(path);
  if (typeof calibrate !== 'string') {
    const todo = 'Name a file of raw float32 tensors with --calibrate.';
    throw new KilnError('calibration-missing', { where: path, what: 'a float model needs inputs to calibrate', todo });
  }
  const calibration = readCalibration(resolve(context.cwd, calibrate), inputSize(float));
  const method = methodChoice(loadFirmwareConfig(context.project).quantize, args);
  const found = convertInDetail(float, { calibration, ranges, method });
  const quantization = reportLayers(found, calibration, args, context);
  return { tflite: writeTflite(found.graph), method: found.method, ...(quantization && { quantization }) };
}
