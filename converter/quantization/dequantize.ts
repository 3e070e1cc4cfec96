// The real values of a constant: scale[c] × (q − zeroPoint[c]).
import { elements, type Tensor } from '../graph/graph.js';

/** In the order of `data`; a tensor without scales has its values as they are. Throws nothing; 0 where there is no data. */
export function dequantized({ data, quantization, shape }: Tensor): Float64Array {
  const values = Float64Array.from(data ?? [], Number);
  if (!quantization) return values;
  const { scale, zeroPoint, axis } = quantization;
  const inner = elements(shape.slice(axis + 1));
  return values.map((q, i) => {
    const c = scale.length === 1 ? 0 : Math.floor(i / inner) % scale.length;
    return scale[c]! * (q - zeroPoint[c]!);
  });
}
