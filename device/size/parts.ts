// Which part of a program a piece belongs to: the first pattern that fits says so.
import type { Piece } from './pieces.js';

/** Patterns of one part; `object` is the default: `app/*`, `*libc*.a(*`, `section:.vectors`, `symbol:tensor_arena`. */
export type PartPatterns = Readonly<Record<string, readonly string[]>>;

interface Rule {
  part: string;
  /** All that it names must fit. */
  object?: RegExp;
  section?: RegExp;
  symbol?: RegExp;
  isFunction?: boolean;
}

export const OTHER = 'other';
export const PADDING = 'padding';
export const ARENA = 'arena';
export const STACK = 'stack';
export const HEAP = 'heap';
export const WEIGHTS = 'model weights';
export const MODEL_CODE = 'model code';

type Line = readonly [part: string, ...patterns: string[]];

/** By what they are, wherever they come from: a model's arena lies in the model's own object. */
const PLACES: readonly Line[] = [
  [STACK, 'section:.stack*', 'section:.stack_dummy'],
  [HEAP, 'section:.heap*', 'symbol:ucHeap'],
  [`${STACK} and ${HEAP}`, 'section:._user_heap_stack'],
  [ARENA, 'symbol:arena', 'symbol:*_arena', 'symbol:arena.*'],
];

/** As every toolchain, and every kind of project that tinykiln writes, calls them. */
const SOURCES: readonly Line[] = [
  ['runtime', '*tensorflow-microlite*', '*libtflm*', '*Arduino_TensorFlowLite*', 'engine_tflm.*', 'engine_compiled.*'],
  ['runtime', 'runtime/src/*', '*cmsis-nn*', '*CMSIS-NN*', '*/NN/Source/*'],
  ['front end', 'frontend/*', 'detection/*', 'sensors/*', 'detectors/*'],
  ['port', 'port/*', 'port.*', 'section:.vectors', 'section:.isr_vector'],
  ['application', 'app/*', 'sketch/*', '*.ino.*', 'src/*', 'Core/*', 'main.*'],
  [
    'C library',
    'lib{c,g,m,gcc,nosys,rdimon,stdc++,supc++,c_nano,g_nano,stdc++_nano,supc++_nano}.a*',
    '*/crt*.o',
    'crt*.o',
  ],
  ['C library', '*libclang_rt*', '*/avr/lib/*', '*/libc/*'],
  ['Arduino core', 'core.a*', 'core/*', 'FrameworkArduino*', 'libraries/*'],
  ['HAL', 'Drivers/*', '*_hal*', '*_ll_*'],
];

export class Parts {
  private readonly rules: Rule[];

  /** @param own patterns, which come before the defaults */
  constructor(own: PartPatterns = {}) {
    const named = Object.entries(own).map(([part, patterns]) => [part, ...patterns] as const);
    this.rules = [...rulesOf(named), ...rulesOf(PLACES), ...MODEL_RULES, ...rulesOf(SOURCES), ...rulesOf(NAMES)];
  }

  of(piece: Piece): string {
    const rule = this.rules.find((one) => fits(one, piece));
    if (rule) return rule.part;
    return piece.isGap ? PADDING : OTHER;
  }
}

/** A model's constants, wherever the linker puts them: on an AVR they are copied to RAM. */
const MODEL_RULES: readonly Rule[] = [
  // What a detector keeps, and its window: an arena by other names.
  { part: ARENA, object: globOf('model.{c*,o,obj}'), symbol: /^(memory|input)(\.\d+)?$/ },
  { part: WEIGHTS, object: globOf('model_data.*') },
  { part: WEIGHTS, object: globOf('model.{c*,o,obj}'), section: /^\.(rodata|progmem)/ },
  { part: WEIGHTS, object: globOf('model.{c*,o,obj}'), isFunction: false },
  { part: MODEL_CODE, object: globOf('model.{c*,o,obj}') },
];

/** Names that tinykiln generates, for what nothing else is known of. */
const NAMES: readonly Line[] = [
  [WEIGHTS, 'symbol:*_{weights,bias,multiplier,shift}', 'symbol:*_{weights,bias,multiplier,shift}.*'],
  [MODEL_CODE, 'symbol:*_run', 'symbol:*_run.*', 'symbol:tk_*'],
];

function fits({ part, object, section, symbol, isFunction }: Rule, piece: Piece): boolean {
  if (isFunction !== undefined && isFunction !== piece.isFunction) return false;
  // What returns an arena's address has its name, too.
  if (part === ARENA && piece.kind === 'text') return false;
  return (
    (!object || (piece.object !== undefined && object.test(piece.object))) &&
    (!symbol || (piece.symbol !== undefined && symbol.test(piece.symbol))) &&
    (!section || section.test(piece.section) || (piece.input !== undefined && section.test(piece.input)))
  );
}

function rulesOf(lines: readonly Line[]): Rule[] {
  return lines.flatMap(([part, ...patterns]) => patterns.map((pattern) => ruleOf(part, pattern)));
}

function ruleOf(part: string, pattern: string): Rule {
  const [, kind, glob] = /^(?:(section|symbol):)?(.*)$/.exec(pattern) as unknown as [
    string,
    string | undefined,
    string,
  ];
  if (kind === 'section') return { part, section: new RegExp(`^${source(glob)}$`) };
  if (kind === 'symbol') return { part, symbol: new RegExp(`^${source(glob)}$`) };
  return { part, object: globOf(glob) };
}

/** From the beginning of any folder or file of a path on. */
function globOf(glob: string): RegExp {
  return new RegExp(`(^|/)${source(glob)}$`);
}

/** `*` is any run of characters, `?` one, `{a,b}` either. */
function source(glob: string): string {
  const escaped = glob.replace(/[.+^$()|[\]\\]/g, '\\$&');
  return escaped
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
    .replace(/\{([^}]*)\}/g, (_, either: string) => `(${either.replace(/,/g, '|')})`);
}
