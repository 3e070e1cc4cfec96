// The C functions of kernel calls: a kernel is inlined with constant parameters, once for all the calls that have the same.
import type { Graph, Op } from '../graph/graph.js';
import { elementType } from './element_type.js';
import type { CArgument, CScratch, KernelCall } from './kernel_call.js';
import { constantStruct, namesArray, signature, statement, type InFull } from './statements.js';

/** speed: one function for each kernel with its parameters; size: one for each kernel, which gets them by pointer. */
export type Optimize = 'speed' | 'size';

/** A call where it stands: its op says what of its tensors is read and what is written. */
export interface Site {
  call: KernelCall;
  op: Op;
}

/** How C names a call's operands. */
export interface Operands {
  tensor(index: number): string;
  scratch(call: KernelCall, number: number): string;
  /** Name of one of the call's arrays. */
  array(name: string): string;
}

interface Shared {
  name: string;
  calls: readonly KernelCall[];
  defined: boolean;
}

export class KernelFunctions {
  private readonly shared = new Map<string, Shared>();

  /** @param sites every call of the model: those that occur once are written where they are called */
  constructor(
    sites: readonly Site[],
    private readonly graph: Graph,
    private readonly optimize: Optimize,
  ) {
    const groups = new Map<string, KernelCall[]>();
    for (const site of sites) {
      const key = this.keyOf(site);
      if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), site.call]);
    }
    const counts = new Map<string, number>();
    for (const [key, calls] of groups) {
      if (calls.length < 2) continue;
      const stem = `shared_${calls[0]!.kernel.replace(/^tk_|_s8$/g, '')}`;
      counts.set(stem, (counts.get(stem) ?? 0) + 1);
      this.shared.set(key, { name: `${stem}_${counts.get(stem)}`, calls, defined: false });
    }
  }

  /** What has to stand before the first call of a shared function: its definition, and nothing later on. */
  definition(site: Site): string {
    const shared = this.sharedBy(site);
    if (!shared || shared.defined) return '';
    shared.defined = true;
    const { call } = site;
    const bySize = this.optimize === 'size';
    const parameters = this.parametersOf(site);
    const names = new Map(parameters.map(({ argument, name }) => [argument, name]));
    const declared = [...(bySize ? [`const ${paramsType(call)} *params`] : []), ...parameters.map(({ text }) => text)];
    const buffers = stackScratch(call).map(({ number, type }) => {
      const most = Math.max(...shared.calls.map(({ scratch }) => scratch![number]!.elements));
      return buffer({ type, elements: most }, bufferName(number));
    });
    const operands = call.arguments.map((a) => stackBuffer(call, a) ?? names.get(a) ?? 'NULL');
    return (
      signature(shared.name, declared) +
      (bySize ? '' : paramsSource(call, 'params', noArray)) +
      buffers.join('') +
      `${statement(call.kernel, [bySize ? 'params' : '&params', ...operands])}}\n\n`
    );
  }

  /** The statements of a call, inside a function. @param suffix of the names of its variables: no other call there has it */
  statements(site: Site, suffix: string, operands: Operands): string {
    const params = `params${suffix}`;
    const { call } = site;
    const shared = this.sharedBy(site);
    const inFull = (name: string) => operands.array(name);
    const expression = (a: CArgument) => {
      const buffer = stackBuffer(call, a, suffix);
      if (buffer !== undefined || a === null) return buffer ?? 'NULL';
      if ('array' in a) return operands.array(a.array);
      if ('tensor' in a) return operands.tensor(a.tensor);
      return operands.scratch(call, a.scratch);
    };
    if (!shared) {
      const buffers = stackScratch(call).map((scratch) => buffer(scratch, bufferName(scratch.number, suffix)));
      const body = `${paramsSource(call, params, inFull)}${buffers.join('')}`;
      return `${body}${statement(call.kernel, [`&${params}`, ...call.arguments.map(expression)])}`;
    }
    const given = this.parametersOf(site).map(({ argument }) => expression(argument));
    if (this.optimize === 'speed') return statement(shared.name, given);
    return `${paramsSource(call, params, inFull)}${statement(shared.name, [`&${params}`, ...given])}`;
  }

  /** Whether a function that other calls have too runs it. */
  isShared(site: Site): boolean {
    return this.sharedBy(site) !== undefined;
  }

  private sharedBy(site: Site): Shared | undefined {
    const key = this.keyOf(site);
    return key === undefined ? undefined : this.shared.get(key);
  }

  /** Calls with the same key can share a function; undefined for a call whose parameters name an array of its layer. */
  private keyOf(site: Site): string | undefined {
    const { call } = site;
    const absent = call.arguments.map((argument) => argument === null);
    const types = this.parametersOf(site).map(({ text }) => text);
    const scratch = stackScratch(call).map(({ type }) => type);
    if (this.optimize === 'size') return JSON.stringify([call.kernel, absent, types, scratch]);
    if (namesArray(call.params)) return undefined;
    const sizes = stackScratch(call).map(({ elements }) => elements);
    return JSON.stringify([call.kernel, absent, types, scratch, sizes, call.params]);
  }

  /** The arguments that differ from call to call, as the parameters of a function. */
  private parametersOf({ call, op }: Site): Parameter[] {
    const taken = new Set<string>(['params']);
    return call.arguments.flatMap((argument) => {
      if (argument === null || stackBuffer(call, argument) !== undefined) return [];
      const [type, stem] = this.typeAndName(argument, call, op);
      let name = stem;
      for (let n = 2; taken.has(name); n++) name = `${stem}_${n}`;
      taken.add(name);
      return [{ argument, name, text: `${type} *${name}` }];
    });
  }

  private typeAndName(argument: NonNullable<CArgument>, call: KernelCall, op: Op): [type: string, name: string] {
    if ('array' in argument) {
      const { type } = call.arrays.find(({ name }) => name === argument.array)!;
      return [`const ${type}`, argument.array];
    }
    if ('scratch' in argument) return [call.scratch![argument.scratch]!.type, 'scratch'];
    const tensor = this.graph.tensors[argument.tensor]!;
    const type = elementType(tensor)!;
    if (op.outputs.includes(argument.tensor)) return [type, 'output'];
    return tensor.isVariable ? [type, 'state'] : [`const ${type}`, 'input'];
  }
}

interface Parameter {
  argument: CArgument;
  name: string;
  /** `const int8_t *weights` */
  text: string;
}

function noArray(array: string): never {
  throw new Error(`a shared function cannot name the array ${array}`);
}

function paramsSource(call: KernelCall, name: string, inFull: InFull): string {
  return constantStruct(paramsType(call), name, call.params, inFull);
}

function paramsType({ kernel }: KernelCall): string {
  return kernel.replace(/_s8$/, '_params');
}

/** The name of the buffer on the stack that an argument is, if it is one. */
function stackBuffer({ scratch = [] }: KernelCall, a: CArgument, suffix = ''): string | undefined {
  if (a === null || !('scratch' in a) || scratch[a.scratch]!.onStack !== true) return undefined;
  return bufferName(a.scratch, suffix);
}

function stackScratch({ scratch = [] }: KernelCall): (CScratch & { number: number })[] {
  return scratch.map((part, number) => ({ ...part, number })).filter(({ onStack }) => onStack === true);
}

function bufferName(number: number, suffix = ''): string {
  return `scratch${suffix}_${number}`;
}

function buffer({ type, elements }: CScratch, name: string): string {
  return `  ${type} ${name}[${elements}];\n`;
}
