// What a run's page shows: plain data, so that this room needs to know nothing of the others.

export interface Epoch {
  epoch: number;
  loss: number;
  valLoss: number;
  accuracy: number;
  valAccuracy: number;
}

export interface Figure {
  name: string;
  measured: string;
  budget: string;
  verdict: string;
}

export interface RunReport {
  name: string;
  board: string;
  /** hardware, emulator or compiles. */
  verified: string;
  version: string;
  figures: Figure[];
  history: Epoch[];
  labels: string[];
  /** Counts of the int8 model: [true label][predicted label]. */
  confusion: number[][];
  /** Tensors of the arena over the steps of an inference; `firstOp` −1 is the input. */
  memory: { arenaBytes: number; layers: string[]; allocations: Allocation[] };
}

export interface Allocation {
  name: string;
  offset: number;
  bytes: number;
  firstOp: number;
  lastOp: number;
}
