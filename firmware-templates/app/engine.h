/* What the application asks of a model, whatever runs it: engine_compiled.c, engine_tflm.cc or engine_detector.c. */
#ifndef KILN_ENGINE_H
#define KILN_ENGINE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "compiled", "tflm" or "detector". */
extern const char *const engine_name;

/* Bytes of working memory, statically allocated by the engine. */
uint32_t engine_arena_size(void);

/* Prepares the model and clears its state, at any time; returns 0, or -1 where the model cannot run (the others are then
 * not to be called). */
int engine_init(void);

/* KILN_MODEL_INPUT_SIZE bytes, owned by the engine; their content is lost in engine_invoke(). */
int8_t *engine_input(void);

/* KILN_MODEL_OUTPUT_SIZE bytes, owned by the engine; valid until the next engine_invoke(). */
const int8_t *engine_output(void);

/* The output as real values: how many, and each in thousandths. */
uint32_t engine_results(void);
int64_t engine_result(uint32_t i);

/* One inference; returns 0, or -1 where the engine failed. */
int engine_invoke(void);

/* The working memory, and the bytes of it that the model takes. */
uint8_t *engine_arena(void);
uint32_t engine_arena_used(void);

/* Layers that can be run one by one; 0 where the engine cannot. */
uint16_t engine_layers(void);

/* Runs the layers from `first` up to `end`, which is not run; returns 0, or -1 where the engine failed or cannot. */
int engine_invoke_layers(uint16_t first, uint16_t end);

#ifdef __cplusplus
}
#endif

#endif
