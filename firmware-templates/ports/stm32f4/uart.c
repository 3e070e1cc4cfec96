/* The console on USART1: interrupts fill a ring on the way in, polling on the way out. */
#include "uart.h"

#include "board.h"
#include "port.h"
#include "registers.h"
#include "startup.h"

/* A command has 81 characters, so that even an impatient host can be three commands ahead. */
#define RING_SIZE 256u

/* A character at 9600 baud takes 1.04 ms; a turn of the loop at least 5 cycles of at most 168 MHz: 3 ms. */
#define TRANSMIT_POLLS 100000u

static volatile uint8_t ring[RING_SIZE];
static volatile uint32_t head; /* written by the interrupt alone */
static volatile uint32_t tail; /* written by port_getchar() alone */

static void connect_pin(char port, uint32_t pin)
{
    RCC_AHB1ENR |= RCC_AHB1ENR_GPIO(port);
    (void)RCC_AHB1ENR;
    GPIO_AFR(port, pin) = (GPIO_AFR(port, pin) & ~(15u << (4 * (pin % 8)))) | GPIO_AF_USART1 << (4 * (pin % 8));
    GPIO_PUPDR(port) = (GPIO_PUPDR(port) & ~(3u << (2 * pin))) | GPIO_PULL_UP << (2 * pin); /* idle is high */
    GPIO_MODER(port) = (GPIO_MODER(port) & ~(3u << (2 * pin))) | GPIO_MODE_ALTERNATE << (2 * pin);
}

void uart_start(uint32_t clock_hz, uint32_t baud)
{
    connect_pin(BOARD_CONSOLE_TX_PORT, BOARD_CONSOLE_TX_PIN);
    connect_pin(BOARD_CONSOLE_RX_PORT, BOARD_CONSOLE_RX_PIN);
    RCC_APB2ENR |= RCC_APB2ENR_USART1;
    (void)RCC_APB2ENR;
    /* RM0090 30.3.4: with 16 samples a bit, the divider in sixteenths is clock / baud. */
    USART1_BRR = (clock_hz + baud / 2) / baud;
    USART1_CR1 = USART_CR1_UE | USART_CR1_TE | USART_CR1_RE | USART_CR1_RXNEIE;
    NVIC_ISER(IRQ_USART1) = BIT(IRQ_USART1 % 32);
}

int uart_set_baud(uint32_t clock_hz, uint32_t baud)
{
    uint32_t divider = baud > 0 ? (clock_hz + baud / 2) / baud : 0;
    if (divider < 25 || divider > 0xffffu) { /* half a unit of 25 is 2 %; the register has 16 bits */
        return 0;
    }
    for (uint32_t polls = TRANSMIT_POLLS; polls > 0 && (USART1_SR & USART_SR_TC) == 0; polls--) {
    }
    USART1_BRR = divider;
    return 1;
}

void usart1_handler(void)
{
    /* RM0090 30.6.1: reading SR, then DR, clears the overrun, noise and framing flags too. */
    uint32_t status = USART1_SR;
    uint8_t c = (uint8_t)USART1_DR;
    if ((status & USART_SR_RXNE) != 0 && head - tail < RING_SIZE) {
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
    for (uint32_t polls = TRANSMIT_POLLS; polls > 0 && (USART1_SR & USART_SR_TXE) == 0; polls--) {
    }
    USART1_DR = (uint8_t)c;
}
