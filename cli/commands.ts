// Every command, in the order in which help lists them; what each does is loaded when it is called.
import { BOARD_COMMANDS } from './board_commands.js';
import type { Command } from './command.js';
import { FIRMWARE_COMMANDS } from './firmware_commands.js';
import { MODEL_COMMANDS } from './model_commands.js';
import { RUN_COMMANDS } from './run_commands.js';
import { STREAM_COMMANDS } from './stream_commands.js';

export const COMMANDS: readonly Command[] = [
  ...MODEL_COMMANDS,
  ...FIRMWARE_COMMANDS,
  ...STREAM_COMMANDS,
  ...RUN_COMMANDS,
  ...BOARD_COMMANDS,
];
