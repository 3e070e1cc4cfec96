// A detector as model.h and model.c: constants, state, and one call after the other, from samples to the score and the alarm.
import { arrayLiteral } from '../../base/c_literals.js';
import { KilnError } from '../../base/errors.js';
import { checkIdentifier } from '../codegen/identifiers.js';
import { constantStruct } from '../codegen/statements.js';
import type { Alarm } from './alarm.js';
import type { Detector, StageC } from './detector.js';
import type { FrontEnd } from './sensor_front_end.js';

export interface DetectorProgram {
  /** Prefix of everything that is exported: a C identifier. */
  name: string;
  /** Makes the detector's input of a window of samples; left out where it reads samples or features themselves. */
  frontEnd?: FrontEnd;
  detector: Detector;
  alarm?: Alarm;
}

/** What callers fill and read: names as in the header, counts in elements, sizes in bytes. */
export interface DetectorEnds {
  inputs: { name: string; count: number; bytes: number }[];
  outputs: { name: string; count: number; bytes: number }[];
}

const ELEMENT_BYTES = { int16_t: 2, int32_t: 4 } as const;

export function detectorEnds(program: DetectorProgram): DetectorEnds {
  const { type, count } = inputOf(program);
  const words = (name: string, words: number) => ({ name, count: words, bytes: 4 * words });
  return {
    inputs: [{ name: 'input', count, bytes: count * ELEMENT_BYTES[type] }],
    outputs: [words('output', program.detector.outputs), ...(program.alarm ? [words('alarm', 1)] : [])],
  };
}

function inputOf({ frontEnd, detector }: DetectorProgram): Detector['input'] {
  return frontEnd ? { type: 'int16_t', count: frontEnd.inputs } : detector.input;
}

/**
 * @throws KilnError `name-invalid`; `detector-invalid` where the detector does not read what the front end makes
 */
export function detectorFiles(program: DetectorProgram): { path: string; text: string }[] {
  checkIdentifier(program.name);
  checkFeatures(program);
  return [
    { path: 'model.h', text: header(program) },
    { path: 'model.c', text: source(program) },
  ];
}

function checkFeatures({ name, frontEnd, detector }: DetectorProgram): void {
  const { type, count } = detector.input;
  if (!frontEnd || (type === 'int16_t' && count === frontEnd.outputs)) return;
  const what = `the detector reads ${count} values of ${type}, and the front end makes ${frontEnd.outputs} of int16_t`;
  throw new KilnError('detector-invalid', {
    where: name,
    what,
    todo: 'Fit the detector to the features of this front end.',
  });
}

const GENERATED = 'Generated; a change here is lost with the next build.';

function header(program: DetectorProgram): string {
  const { name, detector, alarm } = program;
  const macro = name.toUpperCase();
  const { type, count } = inputOf(program);
  return `/* ${name}: an anomaly detector made by tinykiln. ${GENERATED} */
#ifndef ${macro}_MODEL_H
#define ${macro}_MODEL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ${macro}_INPUT_SIZE ${count}
#define ${macro}_OUTPUT_SIZE ${detector.outputs}
/* A score of 1 is 2 to this power. */
#define ${macro}_SCORE_BITS ${detector.scoreBits}

/* Forgets all samples; call it once, and where a new recording begins. */
void ${name}_init(void);

/* To be filled before each step. */
${type} *${name}_input(void);

/* One step: from the input to the score${alarm ? ' and the alarm' : ''}. */
void ${name}_invoke(void);

/* The higher, the less normal. */
const int32_t *${name}_output(void);
${alarm ? `\n/* 1 while there is an alarm. */\nconst int32_t *${name}_alarm(void);\n` : ''}
#ifdef __cplusplus
}
#endif

#endif
`;
}

/** A stage in the program: its constants and state have its name before theirs. */
interface Step {
  name: string;
  stage: StageC;
  /** What it reads and writes. */
  operands: string[];
}

function stepsOf({ frontEnd, detector, alarm }: DetectorProgram): Step[] {
  const features = frontEnd ? 'features' : 'input';
  return [
    ...(frontEnd ? [{ name: 'front_end', stage: frontEnd.c, operands: ['input', 'features'] }] : []),
    { name: 'detector', stage: detector.c, operands: [features, 'output'] },
    ...(alarm ? [{ name: 'alarm', stage: alarm.c, operands: ['output', 'alarm'] }] : []),
  ];
}

function source(program: DetectorProgram): string {
  const { name, frontEnd, detector, alarm } = program;
  const { type, count } = inputOf(program);
  const steps = stepsOf(program);
  const states = steps.filter(({ stage }) => stage.state);
  const kernels = [...new Set(steps.map(({ stage }) => stage.kernel))].sort();
  return `/* ${name}: an anomaly detector made by tinykiln. ${GENERATED} */
#include "model.h"

${states.length > 0 ? '#include <string.h>\n\n' : ''}${kernels.map((kernel) => `#include "${kernel}.h"\n`).join('')}
static ${type} input[${count}];
${frontEnd ? `static int16_t features[${detector.input.count}];\n` : ''}static int32_t output[${detector.outputs}];
${alarm ? 'static int32_t alarm[1];\n' : ''}${states.map(({ name: own, stage }) => stateSource(own, stage)).join('')}
${steps.map(stepSource).join('\n')}
void ${name}_init(void) {${initSource(states)}}

${type} *${name}_input(void) { return input; }

const int32_t *${name}_output(void) { return output; }
${alarm ? `\nconst int32_t *${name}_alarm(void) { return alarm; }\n` : ''}
void ${name}_invoke(void) {
${steps.map((step) => `  ${step.name}_run();\n`).join('')}}
`;
}

function stateSource(name: string, { state }: StageC): string {
  return `static ${state!.type} ${name}_state[${state!.count}];\n`;
}

function initSource(states: readonly Step[]): string {
  if (states.length === 0) return '';
  return `\n${states.map(({ name }) => `  memset(${name}_state, 0, sizeof ${name}_state);\n`).join('')}`;
}

function stepSource({ name, stage, operands }: Step): string {
  const inFull = (array: string) => `${name}_${array}`;
  const arrays = stage.arrays
    .map((array) => arrayLiteral(array.type, inFull(array.name), array.values, array.aligned))
    .join('');
  const params = constantStruct(`${stage.kernel}_params`, 'params', stage.params, inFull);
  const given = ['&params', ...(stage.state ? [`${name}_state`] : []), ...operands].join(', ');
  return `${arrays}\nstatic void ${name}_run(void) {\n${params}  ${stage.kernel}(${given});\n}\n`;
}
