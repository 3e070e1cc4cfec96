/* The port over ST's HAL, in a project of CubeMX: one UART with its interrupt on, and the DWT's cycle counter or, where
 * the core has none, SysTick. */
#include "port.h"

#include "kiln_board.h"
#include "main.h"

#define BUFFER_SIZE 512u /* a power of two */
#define SEND_MS 100u

extern UART_HandleTypeDef KILN_UART;

static uint8_t buffer[BUFFER_SIZE];
static volatile uint32_t received; /* characters, ever */
static uint32_t taken;
static uint8_t arriving;

static void listen(void)
{
    (void)HAL_UART_Receive_IT(&KILN_UART, &arriving, 1);
}

void kiln_uart_received(const UART_HandleTypeDef *uart);
void kiln_uart_received(const UART_HandleTypeDef *uart)
{
    if (uart != &KILN_UART) {
        return;
    }
    if (received - taken < BUFFER_SIZE) {
        buffer[received % BUFFER_SIZE] = arriving;
        received++;
    }
    listen();
}

/* A project with callbacks of its own calls kiln_uart_received() in them. */
#ifndef KILN_OWN_CALLBACKS
void HAL_UART_RxCpltCallback(UART_HandleTypeDef *uart)
{
    kiln_uart_received(uart);
}

/* An overrun ends the reception: a character is lost, the next ones are not. */
void HAL_UART_ErrorCallback(UART_HandleTypeDef *uart)
{
    if (uart == &KILN_UART) {
        listen();
    }
}
#endif

void port_init(void)
{
#ifdef DWT
    CoreDebug->DEMCR |= CoreDebug_DEMCR_TRCENA_Msk;
    DWT->CYCCNT = 0;
    DWT->CTRL |= DWT_CTRL_CYCCNTENA_Msk;
#endif
    listen();
}

uint32_t port_core_hz(void)
{
    return SystemCoreClock;
}

#ifdef DWT
uint32_t port_tick_hz(void)
{
    return SystemCoreClock;
}

static uint32_t now(void)
{
    return DWT->CYCCNT;
}
#else
uint32_t port_tick_hz(void)
{
    return 1000000u;
}

/* Milliseconds are SysTick's turns; it counts down within one. */
static uint32_t now(void)
{
    uint32_t milliseconds;
    uint32_t left;
    do {
        milliseconds = HAL_GetTick();
        left = SysTick->VAL;
    } while (milliseconds != HAL_GetTick());
    const uint32_t turn = SysTick->LOAD + 1u;
    return milliseconds * 1000u + (turn - 1u - left) * 1000u / turn;
}
#endif

uint64_t port_ticks(void)
{
    static uint32_t last;
    static uint32_t turns;
    const uint32_t ticks = now();
    turns += ticks < last;
    last = ticks;
    return (uint64_t)turns << 32 | ticks;
}

int port_getchar(void)
{
    if (taken != received) {
        return buffer[taken++ % BUFFER_SIZE];
    }
    if (KILN_UART.RxState == HAL_UART_STATE_READY) {
        listen(); /* it failed in the interrupt, while the HAL was locked by a transmission */
    }
    return -1;
}

void port_putchar(char c)
{
    uint8_t byte = (uint8_t)c;
    (void)HAL_UART_Transmit(&KILN_UART, &byte, 1, SEND_MS);
}

/* SysTick ends it after a millisecond at the latest, so that a character that comes just before it does not wait long. */
void port_sleep(void)
{
    (void)port_ticks();
    if (taken == received) {
        __WFI();
    }
}
