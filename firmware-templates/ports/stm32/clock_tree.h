/* What of the clock differs from one kind of PLL to the next: pll*.c implement it, buses.c where they can share it. Each family.h says, beside registers,
 * the limits of its buses, RESET_HZ (the clock after reset, of the oscillator that RCC_CR_RESETON starts) and INTERNAL_HZ
 * (the oscillator that the PLL takes where the board has no source of its own). */
#ifndef KILN_STM32_CLOCK_TREE_H
#define KILN_STM32_CLOCK_TREE_H

#include <stdint.h>

#include "board.h"
#include "family.h"

/* The source: a crystal, a clock that comes from outside, or the internal oscillator. These bits of RCC_CR are where they
 * are in every family. */
#define RCC_CR_HSEON BIT(16)
#define RCC_CR_HSERDY BIT(17)
#define RCC_CR_HSEBYP BIT(18)
#define RCC_CR_PLLON BIT(24)
#define RCC_CR_PLLRDY BIT(25)

#if defined(BOARD_CRYSTAL_HZ)
#define SOURCE_HZ BOARD_CRYSTAL_HZ
#define SOURCE_IS_EXTERNAL 1
#define SOURCE_IS_BYPASS 0
#elif defined(BOARD_INPUT_HZ)
#define SOURCE_HZ BOARD_INPUT_HZ
#define SOURCE_IS_EXTERNAL 1
#define SOURCE_IS_BYPASS 1
#else
#define SOURCE_HZ INTERNAL_HZ
#define SOURCE_IS_EXTERNAL 0
#define SOURCE_IS_BYPASS 0
#endif

/* The smallest divider that keeps a bus within its limit, and how a prescaler spells it. */
#define BUS_DIVIDER(hz, limit) ((hz) <= (limit) ? 1u : (hz) <= 2u * (limit) ? 2u : 4u)
#define PRESCALER(divider) ((divider) == 1u ? 0u : (divider) == 2u ? 4u : 5u)

#define APB1_DIVIDER BUS_DIVIDER(AHB_HZ, APB1_LIMIT_HZ)
#define APB2_DIVIDER BUS_DIVIDER(AHB_HZ, APB2_LIMIT_HZ)

/* Polls a register a bounded number of times. Returns whether its masked bits became `value`. */
int wait_for(volatile uint32_t *reg, uint32_t mask, uint32_t value);

/* Before the PLL starts: the supply that its speed needs, and its settings. Returns whether they are in force. */
int tree_prepare(void);

/* Before the switch to the PLL: dividers that keep every bus within its limits. */
void tree_divide_buses(void);

/* After the switch: what had to be slower during it. */
void tree_settle(void);

/* Back on the clock of reset: no bus is divided. */
void tree_undivide_buses(void);

#endif
