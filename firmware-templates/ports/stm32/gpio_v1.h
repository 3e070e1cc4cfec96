/* Pins of the STM32F1: four bits each for mode and configuration; a UART's pins are where they are unless remapped. */
#ifndef KILN_STM32_GPIO_V1_H
#define KILN_STM32_GPIO_V1_H

#include "core.h"

/* RM0008 9.2 */
#define GPIO_CR(port, pin) REGISTER(GPIO_BASE(port) + 4u * ((pin) / 8u))
#define GPIO_ODR(port) REGISTER(GPIO_BASE(port) + 0x0Cu)
#define GPIO_OUTPUT_ALTERNATE 11u /* push-pull, 50 MHz */
#define GPIO_INPUT_PULLED 8u      /* the output register says where to */

#endif
