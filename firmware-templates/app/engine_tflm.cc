/* The engine of TensorFlow Lite Micro: its interpreter runs the .tflite that model_data.cc holds. */
#include "engine.h"

#include "kiln_config.h"
#include "model_data.h"
#include "model_ops.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/schema/schema_generated.h"

/* Beyond the tensors, TFLM keeps its own records in the arena. Set it with -DTFLM_ARENA_SIZE=BYTES. */
#ifndef TFLM_ARENA_SIZE
#define TFLM_ARENA_SIZE (KILN_MODEL_ARENA_SIZE + 16384)
#endif

extern "C" const char *const engine_name = "tflm";

alignas(16) static uint8_t arena[TFLM_ARENA_SIZE];
static tflite::MicroInterpreter *interpreter;

uint32_t engine_arena_size(void)
{
    return sizeof arena;
}

int engine_init(void)
{
    static ModelOpResolver resolver;
    if (AddModelOps(resolver) != kTfLiteOk) {
        return -1;
    }
    static tflite::MicroInterpreter made(tflite::GetModel(kiln_model_data), resolver, arena, sizeof arena);
    if (made.AllocateTensors() != kTfLiteOk || made.input(0)->bytes != KILN_MODEL_INPUT_SIZE ||
        made.output(0)->bytes != KILN_MODEL_OUTPUT_SIZE) {
        return -1;
    }
    interpreter = &made;
    return 0;
}

int8_t *engine_input(void)
{
    return interpreter->input(0)->data.int8;
}

const int8_t *engine_output(void)
{
    return interpreter->output(0)->data.int8;
}

int engine_invoke(void)
{
    return interpreter->Invoke() == kTfLiteOk ? 0 : -1;
}
