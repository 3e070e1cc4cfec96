// The commands of `kiln data`: recordings are looked at, fetched, cut and mined.
import type { CommandGroup } from './command.js';
import { data, manifest } from './command_options.js';

export const DATA_COMMANDS: CommandGroup = {
  name: 'data',
  describe: 'Look at recordings, fetch, cut and mine them',
  commands: [
    {
      usage: 'inspect',
      describe: 'What is there, how loud and long it is, copies, and people in two splits; a page with pictures',
      options: {
        data,
        manifest,
        output: { type: 'string', alias: 'o', describe: 'The page [default: build/data.html]' },
        strict: { type: 'boolean', default: false, describe: 'Exit with 1 where a split or a label leaks' },
      },
      examples: [
        ['kiln data inspect --data ~/speech', 'recordings in ~/speech, as this project would take them'],
        ['kiln data inspect --strict', 'in CI: fail where somebody is trained on and judged on'],
      ],
      load: () => import('./commands/data_inspect.js'),
    },
    {
      usage: 'fetch <name>',
      describe: 'Download a published data set: resumed, checked, unpacked',
      positionals: { name: { type: 'string', describe: 'speech-commands' } },
      options: {
        output: { type: 'string', alias: 'o', describe: "Folder to make [default: data in the project's]" },
        from: { type: 'string', describe: "A mirror's address, or the archive as a file" },
        keep: { type: 'boolean', default: false, describe: 'Keep the archive beside the folder' },
      },
      examples: [
        ['kiln data fetch speech-commands', '105,829 recordings of 35 words, CC BY 4.0, 2.4 GB, into data/'],
        ['kiln data fetch speech-commands --from ~/speech_commands_v0.02.tar.gz', 'the archive is here already'],
      ],
      load: () => import('./commands/data_fetch.js'),
    },
    {
      usage: 'record <recordings>',
      describe: 'Cut long recordings of one word, said again and again, into clips of a second',
      positionals: { recordings: { type: 'string', describe: 'A WAV file, a folder of them, or - for raw samples' } },
      options: {
        label: { type: 'string', demandOption: true, describe: 'The class; its folder in the recordings' },
        speaker: { type: 'string', demandOption: true, describe: 'Who speaks: nobody is in two splits' },
      },
      examples: [
        ['kiln data record anna.wav --label yes --speaker anna', 'every yes that Anna says'],
        [
          'arecord -t raw -f S16_LE -r 16000 -d 60 | kiln data record - --label yes --speaker anna',
          'a minute of a microphone',
        ],
      ],
      load: () => import('./commands/data_record.js'),
    },
    {
      usage: 'mine <recordings>',
      describe: 'What the model takes for a keyword where none is said becomes training clips of _unknown_',
      positionals: { recordings: { type: 'string', describe: 'A WAV file, a folder of them, or - for raw samples' } },
      options: {
        threshold: { type: 'number', describe: 'Mean posterior, 0 to 1 [default: the thresholds in force]' },
      },
      examples: [['kiln data mine radio.wav --threshold 0.5', 'an hour of radio in which nobody says a keyword']],
      load: () => import('./commands/data_mine.js'),
    },
  ],
};
