/* The engine of anomaly detectors: a window of samples in, the scores and the alarm out. The steps are its layers. */
#include "engine.h"
#include "kept.h"
#include "kiln_config.h"

const char *const engine_name = "detector";

uint32_t engine_arena_size(void)
{
    return kiln_model_memory_size();
}

int engine_init(void)
{
    kiln_model_init();
    kept_load();
    return 0;
}

/* int16, [samples, axes]; no inference changes them. */
int8_t *engine_input(void)
{
    return (int8_t *)kiln_model_input();
}

/* The scores, and the first byte of the alarm's word: they lie first in the memory. */
const int8_t *engine_output(void)
{
    return (const int8_t *)kiln_model_memory();
}

/* The scores and the alarm. */
uint32_t engine_results(void)
{
    return KILN_MODEL_OUTPUT_COUNT + 1;
}

int64_t engine_result(uint32_t i)
{
    if (i == KILN_MODEL_OUTPUT_COUNT) {
        return INT64_C(1000) * *kiln_model_alarm();
    }
    int64_t thousand = INT64_C(1000) * kiln_model_output()[i];
    return (thousand + (INT64_C(1) << (KILN_MODEL_SCORE_BITS - 1))) >> KILN_MODEL_SCORE_BITS;
}

int engine_invoke(void)
{
    kiln_model_invoke();
    kept_follow();
    return 0;
}

uint8_t *engine_arena(void)
{
    return kiln_model_memory();
}

uint32_t engine_arena_used(void)
{
    return kiln_model_memory_size();
}

uint16_t engine_layers(void)
{
    return KILN_MODEL_LAYERS;
}

int engine_invoke_layers(uint16_t first, uint16_t end)
{
    kiln_model_invoke_layers(first, end);
    return 0;
}
