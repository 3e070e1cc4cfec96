// The commands of `kiln data`: recordings are looked at, fetched, cut and mined.
import { data, manifest, type CommandGroup } from './commands.js';

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
  ],
};
