/* What the application asks of a model, whatever runs it: engine_compiled.c or engine_tflm.cc. */
#ifndef KILN_ENGINE_H
#define KILN_ENGINE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "compiled" or "tflm". */
extern const char *const engine_name;

/* Bytes of working memory, statically allocated by the engine. */
uint32_t engine_arena_size(void);

/* Prepares the model; returns 0, or -1 where the model cannot run (the others are then not to be called). */
int engine_init(void);

/* KILN_MODEL_INPUT_SIZE bytes, owned by the engine; their content is lost in engine_invoke(). */
int8_t *engine_input(void);

/* KILN_MODEL_OUTPUT_SIZE bytes, owned by the engine; valid until the next engine_invoke(). */
const int8_t *engine_output(void);

/* One inference; returns 0, or -1 where the engine failed. */
int engine_invoke(void);

#ifdef __cplusplus
}
#endif

#endif
