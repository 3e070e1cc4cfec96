import { readBytes } from '../../base/files.js';
import { inspect, type InspectedTensor } from '../../converter/inspect.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { resolve } from 'node:path';
import type { Run } from '../commands.js';
import { pathsOf } from '../project.js';
import { formatBytes } from '../units.js';

export const run: Run = async (args, { cwd, project, reporter }) => {
  const path = typeof args['model'] === 'string' ? resolve(cwd, args['model']) : pathsOf(project).model;
  const found = inspect(readTflite(readBytes(path, 'Make a model with `kiln convert`, or name one.'), path));
  const number = (n: number) => n.toLocaleString('en');
  reporter.table(
    ['layer', 'op', 'output', 'scale', 'zero', 'MACs', 'parameters', 'live'],
    found.ops.map((op) => [
      layerTitle(op.name),
      op.opcode,
      shape(op.outputs[0]!),
      ...quantization(op.outputs[0]!),
      number(op.macs),
      number(op.parameters),
      formatBytes(op.liveBytes),
    ]),
  );
  const { macs, parameters, constantBytes, arenaBytes } = found.totals;
  const ends = [...found.inputs, ...found.outputs].map((tensor) => `${tensor.dtype} ${shape(tensor)}`).join(' → ');
  reporter.line(`${ends}: ${number(macs)} MACs, ${number(parameters)} parameters`);
  reporter.line(`constants ${formatBytes(constantBytes)}, arena ${number(arenaBytes)} B`);
  reporter.result({ ...found });
  return 0;
};

function shape(tensor: InspectedTensor): string {
  return tensor.shape.join('×');
}

function quantization({ quantization }: InspectedTensor): [scale: string, zeroPoint: string] {
  return quantization ? [quantization.scale[0]!.toPrecision(5), String(quantization.zeroPoint[0])] : ['-', '-'];
}

/** Keras joins the names of all that it fused with semicolons: the last parts of the first say which layer it is. */
function layerTitle(name: string): string {
  return name.split(';')[0]!.split('/').slice(-2).join('/').slice(-36);
}
