/* Connects the console's pins, STM32F1. */
#include "gpio_v1.h"

#include "console.h"
#include "gpio.h"

_Static_assert(BOARD_CONSOLE_TX_PORT * 16 + BOARD_CONSOLE_TX_PIN == CONSOLE_FACT(TX_PIN) &&
                   BOARD_CONSOLE_RX_PORT * 16 + BOARD_CONSOLE_RX_PIN == CONSOLE_FACT(RX_PIN),
               "the console's pins have to be those that its UART has without remapping");

static void set_mode(char port, uint32_t pin, uint32_t mode)
{
    uint32_t shift = 4 * (pin % 8);
    GPIO_CR(port, pin) = (GPIO_CR(port, pin) & ~(15u << shift)) | mode << shift;
}

void gpio_connect_console(void)
{
    RCC_GPIO_ENR |= RCC_GPIO_BIT(BOARD_CONSOLE_TX_PORT) | RCC_GPIO_BIT(BOARD_CONSOLE_RX_PORT);
    (void)RCC_GPIO_ENR;
    set_mode(BOARD_CONSOLE_TX_PORT, BOARD_CONSOLE_TX_PIN, GPIO_OUTPUT_ALTERNATE);
    GPIO_ODR(BOARD_CONSOLE_RX_PORT) |= BIT(BOARD_CONSOLE_RX_PIN); /* idle is high */
    set_mode(BOARD_CONSOLE_RX_PORT, BOARD_CONSOLE_RX_PIN, GPIO_INPUT_PULLED);
}
