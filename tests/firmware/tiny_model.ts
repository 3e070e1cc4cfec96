// A model small enough to write by hand, in the form that the converter generates: it exercises the firmware alone.
import type { ProjectFile } from '../../firmware-templates/index.js';

export const TINY = { name: 'tiny', inputSize: 490, outputSize: 12, hash: '0123456789abcdef' } as const;

const HEADER = `#ifndef TINY_MODEL_H
#define TINY_MODEL_H
#include <stdint.h>
#define TINY_INPUT_SIZE ${TINY.inputSize}
#define TINY_OUTPUT_SIZE ${TINY.outputSize}
#define TINY_ARENA_SIZE ${TINY.inputSize}
#define TINY_MODEL_HASH "${TINY.hash}"
#define TINY_PLAN "01234567"
#define TINY_LAYERS 1
#define TINY_INPUT_SCALE 0.5f
#define TINY_INPUT_ZERO_POINT 0
#define TINY_OUTPUT_SCALE 0.00390625f
#define TINY_OUTPUT_ZERO_POINT (-128)
void tiny_init(void);
int8_t *tiny_input(void);
const int8_t *tiny_output(void);
void tiny_invoke(void);
void tiny_invoke_layers(int first, int end);
uint8_t *tiny_arena(void);
#endif
`;

const SOURCE = `#include "model.h"
static int8_t input[TINY_INPUT_SIZE];
static int8_t output[TINY_OUTPUT_SIZE];
void tiny_init(void) {}
int8_t *tiny_input(void) { return input; }
const int8_t *tiny_output(void) { return output; }
void tiny_invoke(void)
{
    uint8_t sums[TINY_OUTPUT_SIZE] = {0};
    for (int i = 0; i < TINY_INPUT_SIZE; i++) {
        sums[i % TINY_OUTPUT_SIZE] += (uint8_t)((i + 1) * input[i]);
        input[i] = 0; /* as a planned arena may */
    }
    for (int j = 0; j < TINY_OUTPUT_SIZE; j++) {
        output[j] = (int8_t)sums[j];
    }
}
void tiny_invoke_layers(int first, int end)
{
    if (first < end) {
        tiny_invoke();
    }
}
uint8_t *tiny_arena(void) { return (uint8_t *)input; }
`;

export const TINY_FILES: ProjectFile[] = [
  { path: 'model.h', text: HEADER },
  { path: 'model.c', text: SOURCE },
];

/** What the C above computes. */
export function runTiny(input: Int8Array): Int8Array {
  const output = new Int8Array(TINY.outputSize);
  input.forEach((value, i) => (output[i % TINY.outputSize]! += (i + 1) * value));
  return output;
}
