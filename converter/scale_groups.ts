// Which activations share one scale and zero point, as their ops want it, and which range it has to cover.
import type { Distributions } from './calibrate.js';
import type { Graph, Op, Tensor } from './graph/graph.js';
import { definitionOf } from './ops/table.js';
import { Histogram } from './quantization/histogram.js';
import type { ValueRange } from './quantization/scales.js';

export interface FixedQuantization {
  scale: number;
  zeroPoint: number;
}

export interface ScaleGroup {
  /** Where TFLite's specification or the caller has decided. */
  fixed?: FixedQuantization;
  /** Tensors whose values the group's steps are for. */
  sources: Set<number>;
  /** Of the constants that are to be held as well. */
  constants: ValueRange;
}

/** By tensor: the tensors of a group have the same object. */
export type ScaleGroups = ReadonlyMap<number, ScaleGroup>;

/** A tensor that others read joins a group only where its steps stay below this many of its own. */
const MAX_COARSENING = 2;
/** A constant this many times the size of all else would leave the rest no steps: it saturates. */
const SATURATING = 255;

/**
 * Every op that gives its output the scale of its inputs puts them into one group. Where an input is in another group
 * all the same (it is fixed, or others read it who need its finer steps), a QUANTIZE has to stand between.
 * @param input of the graph's inputs, where it is given
 */
export function scaleGroups(graph: Graph, distributions: Distributions, input?: FixedQuantization): ScaleGroups {
  return new Grouping(graph, distributions, input).groups;
}

/** The distribution of what a group has to hold. */
export function distributionOf({ sources, constants }: ScaleGroup, distributions: Distributions): Histogram {
  const merged = new Histogram();
  for (const source of sources) merged.merge(distributions.get(source)!);
  merged.min = Math.min(merged.min, constants.min);
  merged.max = Math.max(merged.max, constants.max);
  return merged;
}

class Grouping {
  readonly groups = new Map<number, ScaleGroup>();

  constructor(
    private readonly graph: Graph,
    private readonly distributions: Distributions,
    input: FixedQuantization | undefined,
  ) {
    for (const index of graph.inputs) this.start(index, input);
    for (const op of graph.ops) {
      const rule = definitionOf(op).output;
      if (rule === 'same-as-input') this.join(op);
      else for (const index of op.outputs) this.start(index, rule === 'calibrated' ? undefined : rule);
    }
  }

  private start(tensor: number, fixed: FixedQuantization | undefined): void {
    this.groups.set(tensor, {
      sources: new Set(this.observed(tensor)),
      constants: { min: 0, max: 0 },
      ...(fixed && { fixed }),
    });
  }

  /** The tensors whose values count: where only clamps read what an op gives, what they let through. */
  private observed(tensor: number): number[] {
    const readers = this.graph.ops.filter(({ inputs }) => inputs.includes(tensor));
    const { inputs, outputs } = this.graph;
    const clamped = readers.length > 0 && readers.every(isClamp) && ![...inputs, ...outputs].includes(tensor);
    return clamped ? readers.flatMap(({ outputs }) => this.observed(outputs[0]!)) : [tensor];
  }

  private join(op: Op): void {
    const inputs = activationsOf(op, this.graph);
    const united = merged(inputs.map((index) => this.groups.get(index)!));
    const joining = inputs.filter((index) => this.mayJoin(index, op, united)).map((index) => this.groups.get(index)!);
    const fixed = joining.find((group) => group.fixed)?.fixed;
    const target = { ...united, ...(fixed && { fixed }) };
    for (const { data } of valuesOf(op, this.graph)) this.hold(target, data as Float32Array);
    for (const [tensor, group] of this.groups) if (joining.includes(group)) this.groups.set(tensor, target);
    for (const output of op.outputs) this.groups.set(output, target);
  }

  private mayJoin(tensor: number, op: Op, united: ScaleGroup): boolean {
    const group = this.groups.get(tensor)!;
    const others = activationsOf(op, this.graph).map((index) => this.groups.get(index)!);
    if (others.every((other) => other === group || isSame(other.fixed, group.fixed))) return true;
    if (group.fixed) return false;
    return !this.isReadElsewhere(group, op) || this.span(united) < MAX_COARSENING * this.span(group);
  }

  private isReadElsewhere(group: ScaleGroup, op: Op): boolean {
    const members = [...this.groups].filter(([, other]) => other === group).map(([tensor]) => tensor);
    const { ops, outputs } = this.graph;
    return members.some(
      (tensor) =>
        outputs.includes(tensor) ||
        ops.some((other) => other !== op && other.inputs.includes(tensor) && !this.isInside(other, group)),
    );
  }

  /** Whether an op only passes values on within a group. */
  private isInside({ outputs }: Op, group: ScaleGroup): boolean {
    return outputs.every((output) => this.groups.get(output) === group);
  }

  private span(group: ScaleGroup): number {
    const { min, max } = distributionOf(group, this.distributions);
    return Math.max(0, max) - Math.min(0, min);
  }

  private hold(group: ScaleGroup, values: Float32Array): void {
    const limit = SATURATING * this.span(group);
    for (const value of values) {
      if (Math.abs(value) > limit && limit > 0) continue;
      group.constants.min = Math.min(group.constants.min, value);
      group.constants.max = Math.max(group.constants.max, value);
    }
  }
}

function isClamp({ opcode }: Op): boolean {
  return opcode === 'RELU' || opcode === 'RELU6';
}

function isSame(a: FixedQuantization | undefined, b: FixedQuantization | undefined): boolean {
  return a !== undefined && b !== undefined && a.scale === b.scale && a.zeroPoint === b.zeroPoint;
}

/** The inputs that are computed: neither constant nor state. */
export function activationsOf(op: Op, { tensors }: Graph): number[] {
  return op.inputs.filter((index) => index >= 0 && !tensors[index]!.data && !tensors[index]!.isVariable);
}

/** The constant inputs that have the scale of the op's activations. */
function valuesOf(op: Op, { tensors }: Graph): Tensor[] {
  const { constants } = definitionOf(op);
  return op.inputs.flatMap((index, position) => {
    const tensor = tensors[index];
    return tensor?.data && constants[position]?.role === 'value' ? [tensor] : [];
  });
}

function merged(groups: readonly ScaleGroup[]): ScaleGroup {
  return {
    sources: new Set(groups.flatMap(({ sources }) => [...sources])),
    constants: {
      min: Math.min(...groups.map(({ constants }) => constants.min)),
      max: Math.max(...groups.map(({ constants }) => constants.max)),
    },
  };
}
