// A detector as model.h and model.c: constants, memory, and one call after the other, from samples to the score and the alarm.
import { arrayLiteral, C_TYPES } from '../../base/c_literals.js';
import { checkIdentifier } from '../codegen/identifiers.js';
import { constantStruct } from '../codegen/statements.js';
import {
  checkFeatures,
  fieldsOf,
  inputOf,
  keptWords,
  placesOf,
  planIdOf,
  resultBytes,
  stepsOf,
  type DetectorProgram,
  type Step,
} from './program.js';

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

const DRIFT = `/* What has moved, how many windows there were, and the running statistics: see tk_drift.h. */
`;
const KEPT_HEADER = `/* What a calibration finds, and whether it has: zeros begin anew. */
`;
const GENERATED = 'Generated; a change here is lost with the next build.';

function header(program: DetectorProgram): string {
  const { name, detector, alarm, drift, hash = '0'.repeat(16) } = program;
  const macro = name.toUpperCase();
  const { type, count } = inputOf(program);
  return `/* ${name}: an anomaly detector made by tinykiln. ${GENERATED} */
#ifndef ${macro}_MODEL_H
#define ${macro}_MODEL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What it was made of. */
#define ${macro}_MODEL_HASH "${hash}"

/* Bytes of the input, and of the results at the start of the memory: scores${alarm ? ', then 1 while there is an alarm' : ''}. */
#define ${macro}_INPUT_SIZE ${count * C_TYPES[type]}
#define ${macro}_OUTPUT_SIZE ${resultBytes(program)}
#define ${macro}_OUTPUT_COUNT ${detector.outputs}
/* A score of 1 is 2 to this power. */
#define ${macro}_SCORE_BITS ${detector.scoreBits}

/* Bytes of what a calibration finds, and of their check before it; 0 without a calibration. */
#define ${macro}_KEPT_SIZE ${keptBytes(program)}

/* Steps that can be run one by one, and what knows where each leaves its results in the memory. */
#define ${macro}_LAYERS ${stepsOf(program).length}
#define ${macro}_PLAN "${planIdOf(program)}"

/* Forgets all samples; call it once, and where a new recording begins. */
void ${name}_init(void);

/* To be filled before each step. */
${type} *${name}_input(void);

/* One step: from the input to the score${alarm ? ' and the alarm' : ''}. */
void ${name}_invoke(void);

/* A part of one: the steps from \`first\` up to \`end\`, which is not run. */
void ${name}_invoke_layers(int first, int end);

/* The higher, the less normal. */
const int32_t *${name}_output(void);
${alarm ? `\n/* 1 while there is an alarm. */\nconst int32_t *${name}_alarm(void);\n` : ''}${drift ? `\n${DRIFT}const uint8_t *${name}_drift(void);\n` : ''}
/* Whether something that is watched has drifted. */
int ${name}_moved(void);
${keptBytes(program) > 0 ? `\n${KEPT_HEADER}uint8_t *${name}_kept(void);\nint ${name}_calibrated(void);\n` : ''}
/* The memory, to look into: the results first. */
uint8_t *${name}_memory(void);
uint32_t ${name}_memory_size(void);

#ifdef __cplusplus
}
#endif

#endif
`;
}

function source(program: DetectorProgram): string {
  const { name, alarm, drift } = program;
  const { type, count } = inputOf(program);
  const steps = stepsOf(program);
  const kernels = [...new Set(steps.map(({ stage }) => stage.kernel))].sort();
  return `/* ${name}: an anomaly detector made by tinykiln. ${GENERATED} */
#include "model.h"

#include <string.h>

${kernels.map((kernel) => `#include "${kernel}.h"\n`).join('')}${networkSource(steps)}
static ${type} input[${count}];

/* What steps hand on, the results first; then what they keep. */
static struct {
${fieldsOf(program)
  .map((field) => `  ${field.type} ${field.name}[${field.count}];\n`)
  .join('')}} memory;
${steps.map(stepSource).join('')}
void ${name}_init(void) { memset(&memory, 0, sizeof memory);${networkInit(steps)} }

${type} *${name}_input(void) { return input; }

const int32_t *${name}_output(void) { return memory.output; }
${alarm ? `\nconst int32_t *${name}_alarm(void) { return memory.alarm; }\n` : ''}${drift ? `\nconst uint8_t *${name}_drift(void) { return (const uint8_t *)&memory + ${driftPlace(program)}; }\n` : ''}
int ${name}_moved(void) { return ${drift ? 'memory.drift[0] != 0' : '0'}; }
${keptSource(program)}
uint8_t *${name}_memory(void) { return (uint8_t *)&memory; }

uint32_t ${name}_memory_size(void) { return sizeof memory; }

void ${name}_invoke(void) {
${steps.map((step) => `  ${step.name}_run();\n`).join('')}}

void ${name}_invoke_layers(int first, int end) {
  for (int i = first; i < end; i++) {
    switch (i) {
${steps.map((step, i) => `      case ${i}:\n        ${step.name}_run();\n        break;\n`).join('')}      default:
        break;
    }
  }
}
`;
}

function keptBytes(program: DetectorProgram): number {
  const words = keptWords(program);
  return words > 0 ? 4 * (1 + words) : 0;
}

function keptSource(program: DetectorProgram): string {
  const { name, recentre, alarm } = program;
  const windows = (recentre?.trained ?? alarm?.trained)?.[0];
  if (windows === undefined) return '';
  return `
uint8_t *${name}_kept(void) { return (uint8_t *)memory.kept; }

int ${name}_calibrated(void) { return memory.kept[1] >= ${windows}; }
`;
}

/** Where what is kept of drift begins. Bytes. */
function driftPlace(program: DetectorProgram): number {
  return placesOf(program).find(({ name }) => name === 'drift')!.offset;
}

/** The network that a step runs, if any. */
function networkSource(steps: readonly Step[]): string {
  return steps.map(({ stage }) => (stage.network ? `\n${stage.network.source}` : '')).join('');
}

function networkInit(steps: readonly Step[]): string {
  return steps.map(({ stage }) => (stage.network ? ` ${stage.network.name}_init();` : '')).join('');
}

function stepSource({ name, stage, operands }: Step): string {
  const inFull = (array: string) => `${name}_${array}`;
  const arrays = stage.arrays
    .map((array) => arrayLiteral(array.type, inFull(array.name), array.values, array.aligned))
    .join('');
  const params = constantStruct(`${stage.kernel}_params`, 'params', stage.params, inFull);
  return `${arrays}\nstatic void ${name}_run(void) {\n${params}${callsOf(stage, operands)}}\n`;
}

function callsOf({ kernel, network }: Step['stage'], operands: readonly string[]): string {
  if (!network) return `  ${kernel}(${['&params', ...operands].join(', ')});\n`;
  const [state, input, output] = operands;
  return `  ${kernel}_fill(&params, ${state}, ${input}, ${network.name}_input());
  ${network.name}_invoke();
  ${kernel}_score(&params, ${state}, ${network.name}_output(), ${output});
`;
}
