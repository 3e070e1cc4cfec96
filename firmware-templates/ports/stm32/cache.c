/* Instruction and data cache of a Cortex-M7: invalidate, then enable. */
#include "cache.h"

static void barrier(void)
{
    __asm volatile("dsb\n\tisb" ::: "memory");
}

/* DDI 0403 B2.2.7: DCISW takes the set at bit 5 (lines of 32 bytes) and the way at the top (four ways: bit 30). */
static void invalidate_data(void)
{
    SCB_CSSELR = 0; /* level 1, data */
    barrier();
    uint32_t sets = ((SCB_CCSIDR >> 13) & 0x7FFFu) + 1u;
    for (uint32_t set = 0; set < sets; set++) {
        for (uint32_t way = 0; way < 4u; way++) {
            SCB_DCISW = set << 5 | way << 30;
        }
    }
    barrier();
}

void cache_start(void)
{
    barrier();
    SCB_ICIALLU = 0;
    barrier();
    invalidate_data();
    SCB_CCR |= SCB_CCR_IC | SCB_CCR_DC;
    barrier();
}
