// What clocks an STM32's registers make, read as the reference manuals say: the other side of the ports' own arithmetic.
export type Registers = Readonly<Record<string, number>>;

export interface Clocks {
  /** Into the PLL's phase detector, and out of its oscillator where it has one to speak of. */
  reference: number;
  vco?: number;
  core: number;
  ahb: number;
  apb1: number;
  apb2: number;
}

const field = (word: number, low: number, bits: number) => Math.floor(word / 2 ** low) % 2 ** bits;
/** Prescaler of an APB: 0xx is 1, 100 is 2, 101 is 4, … */
const apb = (code: number) => (code < 4 ? 1 : 2 ** (code - 3));
/** Prescaler of the AHB: 0xxx is 1, 1000 is 2, …, 1100 is 64 */
const ahb = (code: number) => (code < 8 ? 1 : 2 ** (code - (code < 12 ? 7 : 6)));

function buses(core: number, cfgr: number, hpre: number, ppre1: number, ppre2: number) {
  const hclk = core / ahb(field(cfgr, hpre, 4));
  return { ahb: hclk, apb1: hclk / apb(field(cfgr, ppre1, 3)), apb2: hclk / apb(field(cfgr, ppre2, 3)) };
}

/** RM0091 6.4.2, RM0008 7.3.2, RM0316 9.4.2 */
function multiplier({ cfgr, source }: { cfgr: number; source: number }, ppre2: number): Clocks {
  const external = field(cfgr, 16, 1) === 1;
  const reference = external ? source / (1 + field(cfgr, 17, 1)) : 8e6 / 2;
  const core = reference * (field(cfgr, 18, 4) + 2);
  return { reference, core, ...buses(core, cfgr, 4, 8, ppre2) };
}

/** RM0090 7.3.2 */
function dividerP({ cfgr, pllcfgr, source }: { cfgr: number; pllcfgr: number; source: number }): Clocks {
  const input = field(pllcfgr, 22, 1) === 1 ? source : 16e6;
  const reference = input / field(pllcfgr, 0, 6);
  const vco = reference * field(pllcfgr, 6, 9);
  const core = vco / (2 * (field(pllcfgr, 16, 2) + 1));
  return { reference, vco, core, ...buses(core, cfgr, 4, 10, 13) };
}

/** RM0351 6.4.4, RM0440 7.4.4 */
function dividerR({ cfgr, pllcfgr, source }: { cfgr: number; pllcfgr: number; source: number }): Clocks {
  const reference = inputR(pllcfgr, source) / (field(pllcfgr, 4, 4) + 1);
  const vco = reference * field(pllcfgr, 8, 7);
  const core = vco / (2 * (field(pllcfgr, 25, 2) + 1));
  return { reference, vco, core, ...buses(core, cfgr, 4, 8, 11) };
}

/** RM0444 5.4.3, 5.4.4: one APB */
function dividerRG0({ cfgr, pllcfgr, source }: { cfgr: number; pllcfgr: number; source: number }): Clocks {
  const reference = inputR(pllcfgr, source) / (field(pllcfgr, 4, 3) + 1);
  const vco = reference * field(pllcfgr, 8, 7);
  const core = vco / (field(pllcfgr, 29, 3) + 1);
  return { reference, vco, core, ...buses(core, cfgr, 8, 12, 12) };
}

function inputR(pllcfgr: number, source: number): number {
  return field(pllcfgr, 0, 2) === 3 ? source : field(pllcfgr, 0, 2) === 2 ? 16e6 : NaN;
}

/** RM0433 8.7: PLLCKSELR, PLLCFGR, PLL1DIVR, D1CFGR, D2CFGR */
function h7(registers: Registers): Clocks {
  const { pllckselr, divr, d1cfgr, d2cfgr, source } = registers as Record<string, number>;
  const input = [64e6, 4e6, source!, NaN][field(pllckselr!, 0, 2)]!;
  const reference = input / field(pllckselr!, 4, 6);
  const vco = reference * (field(divr!, 0, 9) + 1);
  const core = vco / (field(divr!, 9, 7) + 1) / ahb(field(d1cfgr!, 8, 4));
  const hclk = core / ahb(field(d1cfgr!, 0, 4));
  return {
    ...{ reference, vco, core, ahb: hclk },
    ...{ apb1: hclk / apb(field(d2cfgr!, 4, 3)), apb2: hclk / apb(field(d2cfgr!, 8, 3)) },
  };
}

/** RM0456 11.8: PLL1CFGR, PLL1DIVR, CFGR2 */
function u5(registers: Registers): Clocks {
  const { pllcfgr, divr, cfgr2, source } = registers as Record<string, number>;
  const reference = inputR(pllcfgr!, source!) / (field(pllcfgr!, 8, 4) + 1);
  const vco = reference * (field(divr!, 0, 9) + 1);
  const core = vco / (field(divr!, 24, 7) + 1);
  return { reference, vco, core, ...buses(core, cfgr2!, 0, 4, 8) };
}

type Words = { cfgr: number; pllcfgr: number; source: number };

/** By the port that set the registers. */
export const CLOCK_TREES: Readonly<Record<string, (registers: Registers) => Clocks>> = {
  stm32f0: (registers) => multiplier(registers as Words, 8),
  stm32f1: (registers) => multiplier(registers as Words, 11),
  stm32f2: (registers) => dividerP(registers as Words),
  stm32f3: (registers) => multiplier(registers as Words, 11),
  stm32f4: (registers) => dividerP(registers as Words),
  stm32f7: (registers) => dividerP(registers as Words),
  stm32g0: (registers) => dividerRG0(registers as Words),
  stm32g4: (registers) => dividerR(registers as Words),
  stm32h7: h7,
  stm32l4: (registers) => dividerR(registers as Words),
  stm32u5: u5,
};
