/* The console: interrupts fill a ring on the way in, polling on the way out. */
#include "uart.h"

#include "console.h"
#include "gpio.h"
#include "port.h"
#include "startup.h"

/* Bits that both kinds of UART have in the same places. */
#define UART_SR_RXNE BIT(5)
#define UART_SR_TC BIT(6)
#define UART_SR_TXE BIT(7)
#define UART_CR1_RE BIT(2)
#define UART_CR1_TE BIT(3)
#define UART_CR1_RXNEIE BIT(5)

/* A command has 81 characters, so that even an impatient host can be three commands ahead. */
#define RING_SIZE 256u

/* A character at 9600 baud takes 1.04 ms; a turn of the loop at least 5 cycles of at most 400 MHz: 5 ms. */
#define TRANSMIT_POLLS 400000u

/* Half a unit of the divider is at most 2 % of it; a UART's has 16 bits, an LPUART's 20. */
#define SMALLEST_RATIO 25u
#define LARGEST_DIVIDER (CONSOLE_SCALE > 1 ? 0xfffffu : 0xffffu)

static volatile uint8_t ring[RING_SIZE];
static volatile uint32_t head; /* written by the interrupt alone */
static volatile uint32_t tail; /* written by port_getchar() alone */

/* RM0090 30.3.4: with 16 samples a bit, the divider in sixteenths is clock / baud; RM0351 41.4.4: that of an LPUART is 256
 * times as much. In 32 bits. */
static uint32_t divider(uint32_t clock_hz, uint32_t baud)
{
    return clock_hz / baud * CONSOLE_SCALE + (clock_hz % baud * CONSOLE_SCALE + baud / 2) / baud;
}

void uart_start(struct clock clock, uint32_t baud)
{
    gpio_connect_console();
    CONSOLE_ENR |= CONSOLE_ENR_BIT;
    (void)CONSOLE_ENR;
    UART_CR1(CONSOLE_BASE) = 0; /* a boot loader may have left it on, and BRR is for a UART that is off */
    UART_BRR(CONSOLE_BASE) = divider(clock.CONSOLE_BUS, baud);
    UART_CR1(CONSOLE_BASE) = UART_CR1_UE | UART_CR1_TE | UART_CR1_RE | UART_CR1_RXNEIE;
    NVIC_ISER(CONSOLE_IRQ) = BIT(CONSOLE_IRQ % 32);
}

int uart_set_baud(struct clock clock, uint32_t baud)
{
    if (clock.CONSOLE_BUS / baud < SMALLEST_RATIO || divider(clock.CONSOLE_BUS, baud) > LARGEST_DIVIDER) {
        return 0;
    }
    for (uint32_t polls = TRANSMIT_POLLS; polls > 0 && (UART_SR(CONSOLE_BASE) & UART_SR_TC) == 0; polls--) {
    }
    UART_CR1(CONSOLE_BASE) &= ~UART_CR1_UE; /* RM0351 40.8.4: the divider may be written only then */
    UART_BRR(CONSOLE_BASE) = divider(clock.CONSOLE_BUS, baud);
    UART_CR1(CONSOLE_BASE) |= UART_CR1_UE;
    return 1;
}

void console_handler(void)
{
    uint32_t status = UART_SR(CONSOLE_BASE);
    uint8_t c = (uint8_t)UART_RDR(CONSOLE_BASE);
    uart_clear_errors(CONSOLE_BASE);
    if ((status & UART_SR_RXNE) != 0 && head - tail < RING_SIZE) {
        ring[head % RING_SIZE] = c;
        head = head + 1;
    }
}

int uart_waiting(void)
{
    return head != tail;
}

int port_getchar(void)
{
    if (!uart_waiting()) {
        return -1;
    }
    int c = ring[tail % RING_SIZE];
    tail = tail + 1;
    return c;
}

void port_putchar(char c)
{
    for (uint32_t polls = TRANSMIT_POLLS; polls > 0 && (UART_SR(CONSOLE_BASE) & UART_SR_TXE) == 0; polls--) {
    }
    UART_TDR(CONSOLE_BASE) = (uint8_t)c;
}
