// Options that several commands have.

export const model = { type: 'string', describe: 'An int8 .tflite file [default: build/model.tflite]' } as const;
export const data = { type: 'string', describe: 'Folder with the recordings, instead of data.path' } as const;
export const manifest = {
  type: 'string',
  describe: 'CSV that lists the recordings of that folder [default: manifest.csv in it]',
} as const;
export const board = { type: 'string', describe: 'Board (`kiln boards` lists them)' } as const;
export const port = { type: 'string', describe: 'Serial port [default: the virtual board that runs]' } as const;
export const runtime = { choices: ['compiled', 'tflm'], describe: 'What runs the model on the board' } as const;
export const optimize = { choices: ['speed', 'size'], describe: 'What kernels are made for [default: speed]' } as const;
export const vectors = { type: 'number', describe: 'How many vectors to send' } as const;
export const timeout = {
  type: 'number',
  default: 10,
  describe: 'Seconds to wait for one answer of the board',
} as const;
export const anyPort = {
  type: 'string',
  describe: 'Serial port, or `auto` [default: the virtual board that runs, or the one board there is]',
} as const;
export const serial = { type: 'string', describe: 'Serial number of the USB port (`kiln ports` shows it)' } as const;
export const baud = { type: 'number', default: 115200, describe: 'Baud rate of the port' } as const;
export const speed = { type: 'number', describe: 'Baud rate to change to, where the board can' } as const;
export const workers = {
  type: 'number',
  describe: 'Worker threads for training [default: one a core, at most 2]',
} as const;
