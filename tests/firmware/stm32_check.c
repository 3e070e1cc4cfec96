/* Runs an STM32 port's clock, console and timer against simulated registers, and prints what they did to them.
 * The argument names what of the hardware does not work: source, power, pll, flash, switch or nothing; or `loaded`, where
 * all works and a boot loader has left core, PLL and UART running. */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "clock_tree.h"
#include "console.h"
#include "port.h"
#include "startup.h"
#include "timer.h"
#include "uart.h"

#define CAPACITY 256

static uint32_t addresses[CAPACITY];
static volatile uint32_t words[CAPACITY];
static const char *broken;

static volatile uint32_t *word_of(uint32_t address)
{
    unsigned i = 0;
    while (addresses[i] != 0 && addresses[i] != address) {
        i++;
    }
    addresses[i] = address;
    return &words[i];
}

/* Within step(), registers are plain memory. */
static int stepping;
#define FOLLOW(reg, on, ready, part) follow(&(reg), on, ready, strcmp(part, broken) != 0)

static void follow(volatile uint32_t *reg, uint32_t on, uint32_t ready, int works)
{
    *reg = (*reg & on) == on && works ? *reg | ready : *reg & ~ready;
}

/* Settings of a PLL that runs are not to be touched. */
static unsigned violations;

#if defined(RCC_PLL1DIVR)
#define PLL_SETTINGS RCC_PLL1DIVR
#elif defined(RCC_PLLCFGR)
#define PLL_SETTINGS RCC_PLLCFGR
#else
#define PLL_SETTINGS (RCC_CFGR & RCC_CFGR_PLL_MASK)
#endif

static void watch_pll(void)
{
    static uint32_t settings;
    violations += PLL_SETTINGS != settings && (RCC_CR & RCC_CR_PLLRDY) != 0;
    settings = PLL_SETTINGS;
}

static void step_power(void)
{
#ifdef PWR_CSR_ODRDY
    if ((PWR_CR & PWR_CR_ODEN) != 0 && strcmp(broken, "power") != 0) {
        PWR_CSR |= PWR_CSR_ODRDY | ((PWR_CR & PWR_CR_ODSWEN) != 0 ? PWR_CSR_ODSWRDY : 0u);
    }
#endif
#ifdef PWR_SR2_VOSF
    PWR_SR2 = strcmp(broken, "power") == 0 ? PWR_SR2_VOSF : 0u;
#endif
#ifdef PWR_CSR1_ACTVOSRDY
    PWR_CSR1 = (PWR_CR3 & PWR_CR3_LDOEN) != 0 ? PWR_CSR1_ACTVOSRDY : 0u;
    FOLLOW(PWR_D3CR, PWR_D3CR_VOS_SCALE_1, PWR_D3CR_VOSRDY, "power");
#endif
#ifdef PWR_VOSR_BOOSTEN
    FOLLOW(PWR_VOSR, PWR_VOSR_RANGE_1, PWR_VOSR_VOSRDY, "nothing at all");
    FOLLOW(PWR_VOSR, PWR_VOSR_BOOSTEN, PWR_VOSR_BOOSTRDY, "power");
#endif
}

/* What the hardware does between two accesses. */
static void step(void)
{
    watch_pll();
    FOLLOW(RCC_CR, RCC_CR_HSEON, RCC_CR_HSERDY, "source");
    FOLLOW(RCC_CR, RCC_CR_HSION, RCC_CR_HSIRDY, "source");
    FOLLOW(RCC_CR, RCC_CR_RESETON, RCC_CR_RESETRDY, "nothing at all");
    FOLLOW(RCC_CR, RCC_CR_PLLON, RCC_CR_PLLRDY, "pll");
    step_power();
    uint32_t wanted = RCC_CFGR & RCC_CFGR_SW_MASK;
    RCC_CFGR &= ~RCC_CFGR_SWS(RCC_CFGR_SW_MASK);
    RCC_CFGR |= RCC_CFGR_SWS(strcmp(broken, "switch") != 0 ? wanted : RCC_CFGR_SW_RESET);
    if (strcmp(broken, "flash") == 0) {
        FLASH_ACR &= ~FLASH_ACR_LATENCY_MASK;
    }
}

volatile uint32_t *simulated(uint32_t address)
{
    if (!stepping) {
        stepping = 1;
        step();
        stepping = 0;
    }
    return word_of(address);
}

#define SHOW(name, value) printf("%s=%llu\n", name, (unsigned long long)(value))

static void check_clock(void)
{
    struct clock clock = clock_start();
    SHOW("violations", violations);
    SHOW("core", clock.core);
    SHOW("apb1", clock.apb1);
    SHOW("apb2", clock.apb2);
    SHOW("source", SOURCE_IS_EXTERNAL ? SOURCE_HZ : 0);
    SHOW("reset", RESET_HZ);
    SHOW("cr", RCC_CR);
    SHOW("cfgr", RCC_CFGR);
    SHOW("acr", FLASH_ACR);
#ifdef RCC_PLLCFGR
    SHOW("pllcfgr", RCC_PLLCFGR);
#endif
#ifdef RCC_PLLCKSELR
    SHOW("pllckselr", RCC_PLLCKSELR);
    SHOW("d1cfgr", RCC_D1CFGR);
    SHOW("d2cfgr", RCC_D2CFGR);
#endif
#ifdef RCC_PLL1CFGR
    SHOW("pllcfgr", RCC_PLL1CFGR);
    SHOW("cfgr2", RCC_CFGR2);
#endif
#ifdef RCC_PLL1DIVR
    SHOW("divr", RCC_PLL1DIVR);
#endif
#ifdef PWR_CR
    SHOW("pwr", PWR_CR);
#endif
#ifdef PWR_CR5
    SHOW("pwr5", PWR_CR5);
#endif
    SHOW("timer", timer_start(clock));
    uart_start(clock, BOARD_CONSOLE_BAUD);
    SHOW("bus", clock.CONSOLE_BUS);
    SHOW("scale", CONSOLE_SCALE);
    SHOW("brr", UART_BRR(CONSOLE_BASE));
}

static void check_console(void)
{
#ifdef GPIO_MODER
    uint32_t shift = 2 * BOARD_CONSOLE_TX_PIN;
    SHOW("mode", GPIO_MODER(BOARD_CONSOLE_TX_PORT) >> shift & 3u);
    SHOW("alternate", GPIO_AFR(BOARD_CONSOLE_TX_PORT, BOARD_CONSOLE_TX_PIN) >> 4 * (BOARD_CONSOLE_TX_PIN % 8) & 15u);
    SHOW("pull", GPIO_PUPDR(BOARD_CONSOLE_RX_PORT) >> 2 * BOARD_CONSOLE_RX_PIN & 3u);
#else
    SHOW("tx", GPIO_CR(BOARD_CONSOLE_TX_PORT, BOARD_CONSOLE_TX_PIN) >> 4 * (BOARD_CONSOLE_TX_PIN % 8) & 15u);
    SHOW("rx", GPIO_CR(BOARD_CONSOLE_RX_PORT, BOARD_CONSOLE_RX_PIN) >> 4 * (BOARD_CONSOLE_RX_PIN % 8) & 15u);
    SHOW("pull", GPIO_ODR(BOARD_CONSOLE_RX_PORT) >> BOARD_CONSOLE_RX_PIN & 1u);
#endif
    SHOW("cr1", UART_CR1(CONSOLE_BASE));
    SHOW("enabled", (RCC_GPIO_ENR & RCC_GPIO_BIT(BOARD_CONSOLE_TX_PORT)) != 0 && (CONSOLE_ENR & CONSOLE_ENR_BIT) != 0);
    SHOW("interrupt", NVIC_ISER(CONSOLE_IRQ) == BIT(CONSOLE_IRQ % 32));
    for (unsigned i = 0; i < 300; i++) {
        UART_SR(CONSOLE_BASE) = BIT(5) | BIT(7);
        UART_RDR(CONSOLE_BASE) = i & 255u;
        console_handler();
    }
    UART_SR(CONSOLE_BASE) = BIT(3); /* an overrun alone is no character */
    console_handler();
    int kept = 0;
    int in_order = 1;
    for (int c = port_getchar(); c >= 0; c = port_getchar()) {
        in_order &= c == (kept++ & 255);
    }
    SHOW("kept", kept);
    SHOW("in_order", in_order);
#ifdef UART_ICR
    SHOW("cleared", UART_ICR(CONSOLE_BASE));
#endif
    UART_SR(CONSOLE_BASE) = 0;
    port_putchar('x'); /* the transmitter is never ready: it must not hang */
    SHOW("sent", UART_TDR(CONSOLE_BASE));
}

static void check_timer(void)
{
#ifdef TIM2_CNT
    SHOW("running", TIM2_CR1 == TIM_CR1_CEN && TIM2_ARR == 0xFFFFFFFFu && (RCC_TIM2_ENR & RCC_TIM2_ENR_BIT) != 0);
    const uint32_t counts[] = {5, 0xFFFFFFF0u, 3, 4, 2};
    for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++) {
        TIM2_CNT = counts[i];
        SHOW("ticks", port_ticks());
    }
#else
    SHOW("running", SYSTICK_CSR == 7u && SYSTICK_RVR == 0xFFFFFFu);
    const uint32_t left[] = {0xFFFFFFu, 1, 0, 0xFFFFFFu, 0};
    for (unsigned i = 0; i < sizeof left / sizeof *left; i++) {
        SYSTICK_CVR = left[i];
        if (left[i] == 0) {
            systick_handler();
        }
        SHOW("ticks", port_ticks());
    }
#endif
}

int main(int argc, char **argv)
{
    broken = argc > 1 ? argv[1] : "nothing";
    if (strcmp(broken, "loaded") == 0) {
        RCC_CR |= RCC_CR_PLLON;
        RCC_CFGR |= RCC_CFGR_SW_PLL;
    }
    check_clock();
    check_console();
    check_timer();
    return 0;
}
