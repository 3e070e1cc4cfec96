/* The engine of the compiled runtime: the model is C, there is no interpreter. */
#include "engine.h"
#include "kiln_config.h"
#include "thousandths.h"

const char *const engine_name = "compiled";

uint32_t engine_arena_size(void)
{
    return KILN_MODEL_ARENA_SIZE;
}

int engine_init(void)
{
    kiln_model_init();
    return 0;
}

int8_t *engine_input(void)
{
    return kiln_model_input();
}

const int8_t *engine_output(void)
{
    return kiln_model_output();
}

uint32_t engine_results(void)
{
    return KILN_MODEL_OUTPUT_SIZE;
}

int64_t engine_result(uint32_t i)
{
    return thousandths(kiln_model_output()[i] - KILN_MODEL_OUTPUT_ZERO_POINT, KILN_MODEL_OUTPUT_SCALE);
}

int engine_invoke(void)
{
    kiln_model_invoke();
    return 0;
}

uint8_t *engine_arena(void)
{
    return kiln_model_arena();
}

uint32_t engine_arena_used(void)
{
    return KILN_MODEL_ARENA_SIZE;
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
