/* The console's pins. */
#ifndef KILN_STM32_GPIO_H
#define KILN_STM32_GPIO_H

/* Makes the two pins of the sheet those of the console's UART. */
void gpio_connect_console(void);

#endif
