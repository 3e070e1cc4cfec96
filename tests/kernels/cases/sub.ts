// SUB: as ADD. `relu6` is one of the few where multipliers in float32, as TFLite Micro once had them, give another byte.
import { ADDITION } from './add.js';
import { binaryCases } from './binary.js';

export const subCases = binaryCases('SUB', {}, ADDITION);
