import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../cli/commands.js';
import { kiln } from './kiln.js';

describe('the command line', () => {
  it('lists every command', async () => {
    const { code, out } = await kiln('--help');
    expect(code).toBe(0);
    for (const { usage } of COMMANDS) expect(out).toContain(`kiln ${usage}`);
  });

  it.each(COMMANDS.map(({ usage }) => usage.split(' ')[0]!))('%s --help shows an example', async (name) => {
    const { code, out } = await kiln(name, '--help');
    expect(code).toBe(0);
    expect(out).toMatch(/Examples?:\n/);
  });

  it.each([
    [['bord'], 'Did you mean boards'],
    [['boards', '--frob'], 'Unknown argument: frob'],
    [['infer'], 'Not enough non-option arguments'],
    [['infer', 'm.tflite', '-i', 'a', '-o', 'b', '--engine', 'gpu'], 'engine'],
    [['validate', '--vectors', 'many'], '--vectors takes a number above 0'],
    [['validate', '--vectors', '-1'], '--vectors takes a number above 0'],
    [['validate', '--port', 'a', '--port', 'b'], '--port is given more than once'],
    [[], 'Name a command'],
  ])('refuses %j', async (argv, message) => {
    const { code, out, err } = await kiln(...argv);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(out).toBe('');
  });

  it('gives errors as JSON to machines', async () => {
    const { code, out } = await kiln('inspect', 'no-such.tflite', '--json');
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'file-unreadable' } });
  });
});
