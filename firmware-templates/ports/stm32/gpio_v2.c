/* Connects the console's pins, all families but the STM32F1. */
#include "gpio_v2.h"

#include "board.h"
#include "family.h"
#include "gpio.h"

static void connect_pin(char port, uint32_t pin)
{
    RCC_GPIO_ENR |= RCC_GPIO_BIT(port);
    (void)RCC_GPIO_ENR;
    uint32_t shift = 4 * (pin % 8);
    GPIO_AFR(port, pin) = (GPIO_AFR(port, pin) & ~(15u << shift)) | BOARD_CONSOLE_ALTERNATE << shift;
    GPIO_PUPDR(port) = (GPIO_PUPDR(port) & ~(3u << (2 * pin))) | GPIO_PULL_UP << (2 * pin); /* idle is high */
    GPIO_MODER(port) = (GPIO_MODER(port) & ~(3u << (2 * pin))) | GPIO_MODE_ALTERNATE << (2 * pin);
}

void gpio_connect_console(void)
{
#ifdef GPIO_NEEDS_SUPPLY
    if (GPIO_NEEDS_SUPPLY(BOARD_CONSOLE_TX_PORT) || GPIO_NEEDS_SUPPLY(BOARD_CONSOLE_RX_PORT)) {
        gpio_supply();
    }
#endif
    connect_pin(BOARD_CONSOLE_TX_PORT, BOARD_CONSOLE_TX_PIN);
    connect_pin(BOARD_CONSOLE_RX_PORT, BOARD_CONSOLE_RX_PIN);
}
