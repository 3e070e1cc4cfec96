/* A PDM microphone at the digital filter of a STM32L4 (DFSDM1, filter 0), whose samples DMA brings in halves of a buffer.
 * Registers and bits as ST's CMSIS device headers name them; DMA channel and request as ST's board support packages for the
 * same DFSDM (STM32L476G-DISCO, X-NUCLEO microphones) take them. Compiled, but never run on a board. */
#include "microphone.h"

#include "board.h"
#include "core.h"
#include "dfsdm_pcm.h"
#include "family.h"
#include "port.h"
#include "sample_ring.h"
#include "startup.h"

/* RCC */
#define RCC_AHB1ENR REGISTER(0x40021048u)
#define RCC_AHB1ENR_DMA1EN BIT(0)
#define RCC_APB2ENR_DFSDM1EN BIT(24)

/* DMA_TypeDef, DMA_Channel_TypeDef, DMA_CSELR */
#define DMA1_BASE 0x40020000u
#define DMA_IFCR REGISTER(DMA1_BASE + 0x04u)
#define DMA_ISR REGISTER(DMA1_BASE)
#define DMA_CHANNEL 4u
#define DMA_FLAG_DONE BIT(4u * (DMA_CHANNEL - 1u) + 1u)
#define DMA_FLAG_HALF BIT(4u * (DMA_CHANNEL - 1u) + 2u)
#define DMA_CCR REGISTER(DMA1_BASE + 0x08u + 20u * (DMA_CHANNEL - 1u))
#define DMA_CNDTR REGISTER(DMA1_BASE + 0x0Cu + 20u * (DMA_CHANNEL - 1u))
#define DMA_CPAR REGISTER(DMA1_BASE + 0x10u + 20u * (DMA_CHANNEL - 1u))
#define DMA_CMAR REGISTER(DMA1_BASE + 0x14u + 20u * (DMA_CHANNEL - 1u))
#define DMA_CSELR REGISTER(DMA1_BASE + 0xA8u)
#define DMA_CSELR_MASK (15u << (4u * (DMA_CHANNEL - 1u))) /* 0: DFSDM1's filter 0 */
#define DMA_CCR_EN BIT(0)
#define DMA_CCR_TCIE BIT(1)
#define DMA_CCR_HTIE BIT(2)
#define DMA_CCR_CIRC BIT(5)
#define DMA_CCR_MINC BIT(7)
#define DMA_CCR_WORDS (2u << 8 | 2u << 10)

/* DFSDM_Channel_TypeDef, DFSDM_Filter_TypeDef */
#define DFSDM_BASE 0x40016000u
#define DFSDM_CHCFGR1(channel) REGISTER(DFSDM_BASE + 0x20u * (channel))
#define DFSDM_CHCFGR2(channel) REGISTER(DFSDM_BASE + 0x20u * (channel) + 0x04u)
#define DFSDM_CHCFGR1_DFSDMEN BIT(31)
#define DFSDM_CHCFGR1_CKOUTDIV(divider) (((divider) - 1u) << 16)
#define DFSDM_CHCFGR1_CHEN BIT(7)
#define DFSDM_CHCFGR1_SPICKSEL_CKOUT (1u << 2) /* rising edges of CKOUT: of two microphones on one line, one of them */
#define DFSDM_FLTCR1 REGISTER(DFSDM_BASE + 0x100u)
#define DFSDM_FLTFCR REGISTER(DFSDM_BASE + 0x114u)
#define DFSDM_FLTRDATAR (DFSDM_BASE + 0x11Cu)
#define DFSDM_FLTCR1_DFEN BIT(0)
#define DFSDM_FLTCR1_RSWSTART BIT(17)
#define DFSDM_FLTCR1_RCONT BIT(18)
#define DFSDM_FLTCR1_RDMAEN BIT(21)
#define DFSDM_FLTCR1_RCH(channel) ((channel) << 24)
#define DFSDM_FLTCR1_FAST BIT(29)
#define DFSDM_FLTFCR_SINC3 (3u << 29)
#define DFSDM_FLTFCR_FOSR(ratio) (((ratio) - 1u) << 16)

/* An MP34DT01 hears at 1 to 3.25 MHz (ST's example DFSDM_AudioRecord). */
#define SLOWEST_HZ 1000000u
#define FASTEST_HZ 3250000u

#define HALF 128u

static int32_t words[2 * HALF];
static struct sample_ring ring;

static void connect_pin(char port, uint32_t pin)
{
    RCC_GPIO_ENR |= RCC_GPIO_BIT(port);
    (void)RCC_GPIO_ENR;
    const uint32_t shift = 4 * (pin % 8);
    GPIO_AFR(port, pin) = (GPIO_AFR(port, pin) & ~(15u << shift)) | BOARD_MICROPHONE_ALTERNATE << shift;
    GPIO_MODER(port) = (GPIO_MODER(port) & ~(3u << (2 * pin))) | GPIO_MODE_ALTERNATE << (2 * pin);
}

static void start_dma(void)
{
    RCC_AHB1ENR |= RCC_AHB1ENR_DMA1EN;
    (void)RCC_AHB1ENR;
    DMA_CCR = 0;
    DMA_CSELR &= ~DMA_CSELR_MASK;
    DMA_CPAR = DFSDM_FLTRDATAR;
    DMA_CMAR = (uint32_t)words;
    DMA_CNDTR = 2 * HALF;
    DMA_CCR = DMA_CCR_WORDS | DMA_CCR_MINC | DMA_CCR_CIRC | DMA_CCR_HTIE | DMA_CCR_TCIE;
    DMA_CCR |= DMA_CCR_EN;
    NVIC_ISER(MICROPHONE_IRQ) = BIT(MICROPHONE_IRQ % 32);
}

static void start_filter(uint32_t divider)
{
    RCC_APB2ENR |= RCC_APB2ENR_DFSDM1EN;
    (void)RCC_APB2ENR;
    DFSDM_CHCFGR1(0u) = DFSDM_CHCFGR1_CKOUTDIV(divider); /* channel 0's register holds what all share */
    DFSDM_CHCFGR1(0u) |= DFSDM_CHCFGR1_DFSDMEN;
    DFSDM_CHCFGR2(BOARD_MICROPHONE_CHANNEL) = 0;
    DFSDM_CHCFGR1(BOARD_MICROPHONE_CHANNEL) |= DFSDM_CHCFGR1_SPICKSEL_CKOUT;
    DFSDM_CHCFGR1(BOARD_MICROPHONE_CHANNEL) |= DFSDM_CHCFGR1_CHEN;
    DFSDM_FLTFCR = DFSDM_FLTFCR_SINC3 | DFSDM_FLTFCR_FOSR(DFSDM_RATIO);
    DFSDM_FLTCR1 = DFSDM_FLTCR1_RCH(BOARD_MICROPHONE_CHANNEL) | DFSDM_FLTCR1_FAST | DFSDM_FLTCR1_RDMAEN |
                   DFSDM_FLTCR1_RCONT;
    DFSDM_FLTCR1 |= DFSDM_FLTCR1_DFEN;
    DFSDM_FLTCR1 |= DFSDM_FLTCR1_RSWSTART;
}

int microphone_start(uint32_t hz)
{
    const uint32_t bits = hz * DFSDM_RATIO;
    const uint32_t divider = dfsdm_divider(port_core_hz(), bits);
    if (bits < SLOWEST_HZ || bits > FASTEST_HZ || divider == 0) {
        return -1;
    }
    connect_pin(BOARD_MICROPHONE_CLOCK_PORT, BOARD_MICROPHONE_CLOCK_PIN);
    connect_pin(BOARD_MICROPHONE_DATA_PORT, BOARD_MICROPHONE_DATA_PIN);
    start_dma();
    start_filter(divider);
    return 0;
}

static void take(const volatile int32_t *half)
{
    for (uint32_t i = 0; i < HALF; i++) {
        sample_ring_put(&ring, dfsdm_pcm(half[i]));
    }
}

void microphone_handler(void)
{
    const uint32_t flags = DMA_ISR & (DMA_FLAG_HALF | DMA_FLAG_DONE);
    DMA_IFCR = flags;
    if ((flags & DMA_FLAG_HALF) != 0) {
        take(words);
    }
    if ((flags & DMA_FLAG_DONE) != 0) {
        take(words + HALF);
    }
}

uint16_t microphone_read(int16_t *samples, uint16_t most)
{
    return sample_ring_take(&ring, samples, most);
}

uint32_t microphone_lost(void)
{
    return ring.lost;
}
