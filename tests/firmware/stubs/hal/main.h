/* A stub: what our port asks of ST's HAL and CMSIS, declared so that it compiles where there is none. */
#ifndef MAIN_H
#define MAIN_H

#include <stdint.h>

typedef enum { HAL_OK, HAL_BUSY } HAL_StatusTypeDef;
typedef enum { HAL_UART_STATE_READY = 0x20 } HAL_UART_StateTypeDef;
typedef struct {
    volatile HAL_UART_StateTypeDef RxState;
} UART_HandleTypeDef;

HAL_StatusTypeDef HAL_UART_Receive_IT(UART_HandleTypeDef *uart, uint8_t *data, uint16_t size);
HAL_StatusTypeDef HAL_UART_Transmit(UART_HandleTypeDef *uart, const uint8_t *data, uint16_t size, uint32_t timeout);
void HAL_UART_RxCpltCallback(UART_HandleTypeDef *uart);
void HAL_UART_ErrorCallback(UART_HandleTypeDef *uart);
uint32_t HAL_GetTick(void);
extern uint32_t SystemCoreClock;
static inline void __WFI(void) {}

typedef struct {
    volatile uint32_t CTRL, LOAD, VAL;
} SysTick_Type;
#define SysTick ((SysTick_Type *)0xe000e010)

#ifndef STUB_CORTEX_M0
typedef struct {
    volatile uint32_t CTRL, CYCCNT;
} DWT_Type;
typedef struct {
    volatile uint32_t DEMCR;
} CoreDebug_Type;
#define DWT ((DWT_Type *)0xe0001000)
#define CoreDebug ((CoreDebug_Type *)0xe000edf0)
#define DWT_CTRL_CYCCNTENA_Msk 1u
#define CoreDebug_DEMCR_TRCENA_Msk (1u << 24)
#endif

#endif
