/* The engine of TensorFlow Lite Micro: its interpreter runs the .tflite that model_data.cc holds. */
#include "engine.h"

#include <new>

#include "kiln_config.h"
#include "model_data.h"
#include "model_ops.h"
#include "thousandths.h"
#ifdef ARDUINO
#include <TensorFlowLite.h> /* by this one the library is found */
#endif
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

/* Both live for ever: made in place, so that no destructor is registered, which would take malloc. */
int engine_init(void)
{
    alignas(ModelOpResolver) static uint8_t resolver_memory[sizeof(ModelOpResolver)];
    auto *resolver = new (resolver_memory) ModelOpResolver();
    if (AddModelOps(*resolver) != kTfLiteOk) {
        return -1;
    }
    alignas(tflite::MicroInterpreter) static uint8_t interpreter_memory[sizeof(tflite::MicroInterpreter)];
    const tflite::Model *model = tflite::GetModel(kiln_model_data);
    interpreter = new (interpreter_memory) tflite::MicroInterpreter(model, *resolver, arena, sizeof arena);
    if (interpreter->AllocateTensors() != kTfLiteOk) {
        return -1;
    }
    const bool right_sizes = interpreter->input(0)->bytes == KILN_MODEL_INPUT_SIZE &&
                             interpreter->output(0)->bytes == KILN_MODEL_OUTPUT_SIZE;
    return right_sizes ? 0 : -1;
}

int8_t *engine_input(void)
{
    return interpreter->input(0)->data.int8;
}

const int8_t *engine_output(void)
{
    return interpreter->output(0)->data.int8;
}

uint32_t engine_results(void)
{
    return KILN_MODEL_OUTPUT_SIZE;
}

int64_t engine_result(uint32_t i)
{
    return thousandths(engine_output()[i] - KILN_MODEL_OUTPUT_ZERO_POINT, KILN_MODEL_OUTPUT_SCALE);
}

int engine_invoke(void)
{
    return interpreter->Invoke() == kTfLiteOk ? 0 : -1;
}

uint8_t *engine_arena(void)
{
    return arena;
}

uint32_t engine_arena_used(void)
{
    return static_cast<uint32_t>(interpreter->arena_used_bytes());
}

/* The interpreter runs a model whole. */
uint16_t engine_layers(void)
{
    return 0;
}

int engine_invoke_layers(uint16_t, uint16_t)
{
    return -1;
}
