// The C type of a tensor's elements.
import type { DType, Tensor } from '../graph/graph.js';
import type { CType } from '../../base/c_literals.js';

const TENSOR_TYPES: Readonly<Partial<Record<DType, CType>>> = {
  int8: 'int8_t',
  int16: 'int16_t',
  int32: 'int32_t',
  float32: 'float',
};

/** Undefined where the compiled runtime has none. */
export function elementType({ dtype }: Pick<Tensor, 'dtype'>): CType | undefined {
  return TENSOR_TYPES[dtype];
}
