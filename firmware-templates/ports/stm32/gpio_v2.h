/* Pins of all families but the STM32F1: a mode, and a number that says which alternate function. */
#ifndef KILN_STM32_GPIO_V2_H
#define KILN_STM32_GPIO_V2_H

#include "core.h"

/* RM0090 8.4 */
#define GPIO_MODER(port) REGISTER(GPIO_BASE(port) + 0x00u)
#define GPIO_MODE_ALTERNATE 2u
#define GPIO_PUPDR(port) REGISTER(GPIO_BASE(port) + 0x0Cu)
#define GPIO_PULL_UP 1u
#define GPIO_AFR(port, pin) REGISTER(GPIO_BASE(port) + 0x20u + 4u * ((pin) / 8u))

#endif
