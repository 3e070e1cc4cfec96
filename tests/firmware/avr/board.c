/* An ATmega in simavr, throttled to real time, its first UART on a pty whose name is the last line on stdout. What the
 * UART cannot take yet waits in the pty, as it would in a USB bridge.
 *
 *   board FIRMWARE.elf MCU HZ
 *   board LOADER.hex MCU HZ    a boot loader in an empty flash; it starts with the first character, as after the reset
 *                              that a host's DTR gives */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <simavr/avr_uart.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>
#include <simavr/sim_hex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define SLICE_US 1000u

static int terminal;
static int room; /* whether the UART takes a character */

static void sent(struct avr_irq_t *irq, uint32_t value, void *unused)
{
    uint8_t byte = (uint8_t)value;
    (void)irq, (void)unused;
    while (write(terminal, &byte, 1) < 0 && (errno == EAGAIN || errno == EINTR)) {
    }
}

static void may_receive(struct avr_irq_t *irq, uint32_t value, void *xon)
{
    (void)irq;
    room = xon != NULL && value != 0;
}

static void receive(avr_irq_t *uart_input)
{
    uint8_t byte;
    while (room && read(terminal, &byte, 1) == 1) {
        avr_raise_irq(uart_input, byte);
    }
}

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

/* Keeps simulated time from running ahead of this computer's. */
static void throttle(uint64_t simulated_us, uint64_t started_us)
{
    uint64_t passed = now_us() - started_us;
    if (simulated_us > passed + SLICE_US) {
        usleep((useconds_t)(simulated_us - passed));
    }
}

static int is_loader(const char *path)
{
    const char *end = strrchr(path, '.');
    return end != NULL && strcmp(end, ".hex") == 0;
}

static int load_loader(avr_t *avr, const char *path)
{
    uint32_t size;
    uint32_t at;
    uint8_t *loader = read_ihex_file(path, &size, &at);
    if (loader == NULL || at + size > avr->flashend + 1u) {
        return -1;
    }
    memset(avr->flash, 0xff, avr->flashend + 1u);
    memcpy(avr->flash + at, loader, size);
    free(loader);
    avr->pc = avr->reset_pc = at;
    avr->codeend = avr->flashend;
    return 0;
}

static int load_elf(avr_t *avr, const char *path)
{
    elf_firmware_t firmware;
    memset(&firmware, 0, sizeof firmware);
    if (elf_read_firmware(path, &firmware) != 0) {
        return -1;
    }
    avr_load_firmware(avr, &firmware);
    return 0;
}

static avr_t *start(const char *path, const char *mcu, uint32_t hz)
{
    avr_t *avr = avr_make_mcu_by_name(mcu);
    if (avr == NULL || avr_init(avr) != 0) {
        return NULL;
    }
    int failed = is_loader(path) ? load_loader(avr, path) : load_elf(avr, path);
    avr->frequency = hz;
    return failed ? NULL : avr;
}

/* Its other end stays open here, so that hosts may come and go. */
static int open_terminal(void)
{
    struct termios raw;
    int pty = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    if (pty < 0 || grantpt(pty) != 0 || unlockpt(pty) != 0) {
        return -1;
    }
    int end = open(ptsname(pty), O_RDWR | O_NOCTTY);
    tcgetattr(end, &raw);
    cfmakeraw(&raw);
    tcsetattr(end, TCSANOW, &raw);
    puts(ptsname(pty));
    fflush(stdout);
    return pty;
}

static avr_irq_t *connect_uart(avr_t *avr)
{
    uint32_t flags = 0;
    avr_ioctl(avr, AVR_IOCTL_UART_GET_FLAGS('0'), &flags);
    flags &= ~(uint32_t)(AVR_UART_FLAG_STDIO | AVR_UART_FLAG_POLL_SLEEP);
    avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
    avr_irq_t *irqs = avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), 0);
    avr_irq_register_notify(irqs + UART_IRQ_OUTPUT, sent, NULL);
    avr_irq_register_notify(irqs + UART_IRQ_OUT_XON, may_receive, &room);
    avr_irq_register_notify(irqs + UART_IRQ_OUT_XOFF, may_receive, NULL);
    return irqs + UART_IRQ_INPUT;
}

int main(int argc, char **argv)
{
    avr_t *avr = argc == 4 ? start(argv[1], argv[2], (uint32_t)atol(argv[3])) : NULL;
    terminal = avr != NULL ? open_terminal() : -1;
    if (terminal < 0) {
        fprintf(stderr, "usage: board FIRMWARE.elf MCU HZ\n");
        return 2;
    }
    avr_irq_t *input = connect_uart(avr);
    if (is_loader(argv[1])) {
        struct pollfd first = {.fd = terminal, .events = POLLIN};
        (void)poll(&first, 1, -1);
    }
    const uint64_t started = now_us();
    uint64_t next = 0;
    for (int state = cpu_Running; state != cpu_Done && state != cpu_Crashed;) {
        state = avr_run(avr);
        uint64_t us = avr->cycle * 1000000u / avr->frequency;
        if (us >= next) {
            next = us + SLICE_US / 10;
            receive(input);
            throttle(us, started);
        }
    }
    return 1;
}
