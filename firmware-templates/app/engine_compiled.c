/* The engine of the compiled runtime: the model is C, there is no interpreter. */
#include "engine.h"
#include "kiln_config.h"

const char *const engine_name = "compiled";

uint32_t engine_arena_size(void)
{
    return MODEL_ARENA_SIZE;
}

int engine_init(void)
{
    model_init();
    return 0;
}

int8_t *engine_input(void)
{
    return model_input();
}

const int8_t *engine_output(void)
{
    return model_output();
}

int engine_invoke(void)
{
    model_invoke();
    return 0;
}
