/* Bus dividers where they lie in RCC_CFGR: all families but STM32H7 and U5. */
#ifndef KILN_STM32_BUSES_H
#define KILN_STM32_BUSES_H

#define AHB_HZ BOARD_CORE_HZ
#define RCC_CFGR_HPRE_DIV_2 RCC_CFGR_HPRE(8u)

#endif
