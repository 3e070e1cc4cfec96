/* Simulated registers of an STM32: included before the port's own, whose every access then comes here. */
#include <stdint.h>

volatile uint32_t *simulated(uint32_t address);

#define REGISTER(address) (*simulated(address))
