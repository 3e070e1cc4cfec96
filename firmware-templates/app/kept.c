/* What a calibration on this machine has found, saved so that it outlives a reset. */
#include "kept.h"

#include "kiln_config.h"

#if KILN_MODEL_KEPT_SIZE > 0

#include <stdint.h>
#include <string.h>

#include "crc32.h"
#include "frame.h"
#include "port.h"

#define CHECK_SIZE 4u

static int was_calibrated;

/* Of the model and of what is found. */
static uint32_t check(void)
{
    static const char model[] = KILN_MODEL_HASH KILN_MODEL_PLAN;
    return crc32_continue(crc32(model, sizeof model), kiln_model_kept() + CHECK_SIZE, KILN_MODEL_KEPT_SIZE - CHECK_SIZE);
}

void kept_load(void)
{
    uint8_t *kept = kiln_model_kept();
    if (!port_load(kept, KILN_MODEL_KEPT_SIZE) || frame_get32(kept) != check()) {
        memset(kept, 0, KILN_MODEL_KEPT_SIZE);
    }
    was_calibrated = kiln_model_calibrated();
}

void kept_follow(void)
{
    int is_calibrated = kiln_model_calibrated();
    if (is_calibrated && !was_calibrated) {
        (void)frame_put32(kiln_model_kept(), check());
        (void)port_save(kiln_model_kept(), KILN_MODEL_KEPT_SIZE);
    }
    was_calibrated = is_calibrated;
}

/* Of ports that have nothing better: RAM that start-up leaves alone. It outlives a reset, but no loss of power. */
static uint8_t saved[KILN_MODEL_KEPT_SIZE] __attribute__((section(".noinit")));

__attribute__((weak)) int port_save(const void *bytes, uint32_t size)
{
    memcpy(saved, bytes, size);
    return 1;
}

__attribute__((weak)) int port_load(void *bytes, uint32_t size)
{
    memcpy(bytes, saved, size);
    return 1;
}

#else

void kept_load(void)
{
}

void kept_follow(void)
{
}

#endif
