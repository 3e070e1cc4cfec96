// The C functions of kernel calls: a kernel is inlined with constant parameters, once for all the calls that have the same.
import type { Graph, Op } from '../graph/graph.js';
import { elementType } from './element_type.js';
import { isOnStack, type CArgument, type CScratch, type KernelCall } from './kernel_call.js';
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
  defined: boolean;
}

/** A parameter of a shared function. */
interface Parameter {
  argument: CArgument;
  name: string;
  /** `const int8_t *weights` */
  text: string;
}

export class KernelFunctions {
  private readonly shared = new Map<string, Shared>();

  /** @param sites every call of the model: those that occur once are written where they are called */
  constructor(
    sites: readonly Site[],
    private readonly graph: Graph,
    private readonly optimize: Optimize,
  ) {
    const numbers = new Map<string, number>();
    for (const [key, [first, ...others]] of this.grouped(sites)) {
      if (others.length === 0) continue;
      const stem = `shared_${first!.kernel.replace(/^tk_|_s8$/g, '')}`;
      const number = (numbers.get(stem) ?? 0) + 1;
      numbers.set(stem, number);
      this.shared.set(key, { name: `${stem}_${number}`, defined: false });
    }
  }

  /** What has to stand before the first call of a shared function: its definition, and nothing later on. */
  definition(site: Site): string {
    const shared = this.sharedBy(site);
    if (!shared || shared.defined) return '';
    shared.defined = true;
    const { call } = site;
    const parameters = this.parametersOf(site);
    const operand = (a: CArgument) =>
      parameters.find(({ argument }) => argument === a)?.name ?? ('scratch' in a ? bufferName(a.scratch) : 'NULL');
    const declared = parameters.map(({ text }) => text);
    const operands = call.arguments.map(operand);
    if (this.optimize === 'size') {
      const head = signature(shared.name, [`const ${paramsType(call)} *params`, ...declared]);
      return `${head}${statement(call.kernel, ['params', ...operands])}}\n\n`;
    }
    const locals = paramsSource(call, 'params', noArray) + buffersOf(call);
    return `${signature(shared.name, declared)}${locals}${statement(call.kernel, ['&params', ...operands])}}\n\n`;
  }

  /** The statements of a call, inside a function. @param suffix of the names of its variables: no other call there has it */
  statements(site: Site, suffix: string, operands: Operands): string {
    const { call } = site;
    const expression = (a: CArgument) => {
      if ('absent' in a) return 'NULL';
      if ('array' in a) return operands.array(a.array);
      if ('tensor' in a) return operands.tensor(a.tensor);
      return isOnStack(call, a.scratch) ? bufferName(a.scratch, suffix) : operands.scratch(call, a.scratch);
    };
    const shared = this.sharedBy(site);
    const given = (shared ? this.parametersOf(site).map(({ argument }) => argument) : call.arguments).map(expression);
    const callee = shared?.name ?? call.kernel;
    if (shared && this.optimize === 'speed') return statement(callee, given);
    const params = `params${suffix}`;
    const locals = paramsSource(call, params, (name) => operands.array(name)) + buffersOf(call, suffix);
    return `${locals}${statement(callee, [`&${params}`, ...given])}`;
  }

  /** Whether a function that other calls have too runs it. */
  isShared(site: Site): boolean {
    return this.sharedBy(site) !== undefined;
  }

  private grouped(sites: readonly Site[]): Map<string, KernelCall[]> {
    const groups = new Map<string, KernelCall[]>();
    for (const site of sites) {
      const key = this.keyOf(site);
      if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), site.call]);
    }
    return groups;
  }

  private sharedBy(site: Site): Shared | undefined {
    const key = this.keyOf(site);
    return key === undefined ? undefined : this.shared.get(key);
  }

  /** Calls with the same key can share a function; undefined for a call whose parameters name an array of its layer. */
  private keyOf(site: Site): string | undefined {
    const { kernel, params, arguments: all, scratch } = site.call;
    const parameters = this.parametersOf(site);
    const places = parameters.map(({ argument, text }) => [all.indexOf(argument), text]);
    if (this.optimize === 'size') return JSON.stringify([kernel, places]);
    return namesArray(params) ? undefined : JSON.stringify([kernel, places, scratch, params]);
  }

  /** The arguments that a shared function gets: all, or those that are not the same in all its calls. */
  private parametersOf({ call, op }: Site): Parameter[] {
    const taken = new Set<string>();
    const fixed = (a: CArgument) => 'absent' in a || ('scratch' in a && isOnStack(call, a.scratch));
    return call.arguments.flatMap((argument) => {
      if (this.optimize === 'speed' && fixed(argument)) return [];
      const [type, stem] = this.typeAndName(argument, call, op);
      let name = stem;
      for (let n = 2; taken.has(name); n++) name = `${stem}_${n}`;
      taken.add(name);
      return [{ argument, name, text: `${type} *${name}` }];
    });
  }

  private typeAndName(argument: CArgument, call: KernelCall, op: Op): [type: string, name: string] {
    if ('absent' in argument) return [`const ${argument.type}`, argument.absent];
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

function noArray(array: string): never {
  throw new Error(`a shared function cannot name the array ${array}`);
}

function paramsSource(call: KernelCall, name: string, inFull: InFull): string {
  return constantStruct(paramsType(call), name, call.params, inFull);
}

function paramsType({ kernel }: KernelCall): string {
  return kernel.replace(/_s8$/, '_params');
}

/** The scratch that a call has on the stack. */
function buffersOf(call: KernelCall, suffix = ''): string {
  const declared = ({ type, elements }: CScratch, number: number) =>
    isOnStack(call, number) ? `  ${type} ${bufferName(number, suffix)}[${elements}];\n` : '';
  return (call.scratch ?? []).map(declared).join('');
}

function bufferName(number: number, suffix = ''): string {
  return `scratch${suffix}_${number}`;
}
