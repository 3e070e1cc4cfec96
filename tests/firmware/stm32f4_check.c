/* Runs the STM32F4 port's clock, console and timer against simulated registers, and prints what they did to them.
 * The argument names what of the hardware does not work: crystal, pll, flash, switch or nothing. */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "port.h"
#include "registers.h"
#include "startup.h"
#include "timer.h"
#include "uart.h"

#define BASE 0x40000000u
#define WORDS (0x24000u / 4u)
#define WORD(address) memory[((address)-BASE) / 4u]

static volatile uint32_t memory[WORDS];
static volatile uint32_t core_register; /* SysTick and NVIC, which nothing here reads back */
static const char *broken;

static int works(const char *part)
{
    return strcmp(part, broken) != 0;
}

static void follow(uint32_t address, uint32_t on, uint32_t ready, int works)
{
    WORD(address) = (WORD(address) & on) != 0 && works ? WORD(address) | ready : WORD(address) & ~ready;
}

/* What the hardware does between two accesses. */
static void step(void)
{
    follow(0x40023800u, RCC_CR_HSEON, RCC_CR_HSERDY, works("crystal"));
    follow(0x40023800u, RCC_CR_PLLON, RCC_CR_PLLRDY, works("pll"));
    uint32_t wanted = WORD(0x40023808u) & RCC_CFGR_SW_MASK;
    WORD(0x40023808u) &= ~RCC_CFGR_SWS(RCC_CFGR_SW_MASK);
    WORD(0x40023808u) |= RCC_CFGR_SWS(works("switch") ? wanted : 0u);
    if (!works("flash")) {
        WORD(0x40023C00u) &= ~FLASH_ACR_LATENCY_MASK;
    }
}

volatile uint32_t *simulated(uint32_t address)
{
    if (address >= 0xE0000000u) {
        return &core_register;
    }
    step();
    return &WORD(address);
}

static void show(const char *name, uint32_t value)
{
    printf("%s=%08x\n", name, value);
}

static void check_clock(void)
{
    struct clock clock = clock_start();
    printf("core=%u apb2=%u timer=%u\n", clock.core, clock.apb2, clock.timer);
    show("cr", RCC_CR);
    show("pllcfgr", RCC_PLLCFGR);
    show("cfgr", RCC_CFGR);
    show("acr", FLASH_ACR);
    show("pwr", PWR_CR);
    uart_start(clock.apb2, 115200);
    printf("brr=%u\n", USART1_BRR);
}

static void check_console(void)
{
    show("moder", GPIO_MODER('A'));
    show("afrh", GPIO_AFR('A', 9));
    show("pupdr", GPIO_PUPDR('A'));
    show("cr1", USART1_CR1);
    show("ahb1enr", RCC_AHB1ENR);
    show("apb2enr", RCC_APB2ENR);
    for (int i = 0; i < 300; i++) {
        USART1_SR = USART_SR_RXNE | USART_SR_TXE;
        USART1_DR = (uint32_t)i & 255u;
        usart1_handler();
    }
    USART1_SR = 0;
    usart1_handler();
    int kept = 0;
    int in_order = 1;
    for (int c = port_getchar(); c >= 0; c = port_getchar()) {
        in_order &= c == (kept++ & 255);
    }
    printf("kept=%d in_order=%d\n", kept, in_order);
    port_putchar('x'); /* the transmitter is never ready: it must not hang */
    show("dr", USART1_DR);
}

static void check_timer(void)
{
    timer_start();
    show("arr", TIM2_ARR);
    show("tim2", TIM2_CR1);
    const uint32_t counts[] = {5, 0xFFFFFFF0u, 3, 4, 2};
    for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++) {
        TIM2_CNT = counts[i];
        printf("ticks=%llu\n", (unsigned long long)port_ticks());
    }
}

int main(int argc, char **argv)
{
    broken = argc > 1 ? argv[1] : "nothing";
    check_clock();
    check_console();
    check_timer();
    return 0;
}
