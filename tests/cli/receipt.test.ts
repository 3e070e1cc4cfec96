import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../base/canonical.js';
import { sha256 } from '../../base/files.js';
import { readPrivateKey, signStatement, type Receipt, type Statement } from '../../cli/receipt.js';
import { kiln } from './kiln.js';

const MODEL = 'a model';
const IMAGE = 'an image';

const STATEMENT: Statement = {
  format: 'tinykiln-receipt',
  version: 1,
  at: '2026-01-02T03:04:05.000Z',
  model: { sha256: sha256(MODEL), bytes: MODEL.length },
  firmware: {
    build: '0123456789ab',
    files: { elf: { sha256: sha256('elf'), bytes: 3 }, hex: { sha256: sha256(IMAGE), bytes: 8 } },
  },
  board: { names: ['nucleo-f446re'], verified: 'emulator', runtime: 'compiled' },
  tools: { tinykiln: '0.1.0', node: 'v20.19.0', platform: 'linux x64', compiler: 'GCC: 12' },
  vectors: { sent: 50, equal: 50, compared: 'bytes', inputsSha256: sha256('in'), outputsSha256: sha256('out') },
};

const folder = mkdtempSync(join(tmpdir(), 'kiln-receipt-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = (name: string) => join(folder, name);
const file = (name: string, text: string) => {
  writeFileSync(path(name), text);
  return path(name);
};

function keyPair(name: string, type: 'ed25519' | 'x25519' = 'ed25519'): KeyObject {
  const { privateKey, publicKey } = generateKeyPairSync(type as 'ed25519');
  file(`${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  chmodSync(path(`${name}.pem`), 0o600);
  file(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' }).toString());
  return privateKey;
}

/** What `kiln verify` says of a receipt, and which checks refuse it. */
async function verify(receipt: unknown, ...options: string[]) {
  const name = file('receipt.json', typeof receipt === 'string' ? receipt : JSON.stringify(receipt));
  const { code, out, err } = await kiln('verify', name, '--json', ...options);
  const said = JSON.parse(out) as {
    checks?: { name: string; ok?: boolean }[];
    error?: { code: string; message: string };
  };
  const refused = said.checks?.filter(({ ok }) => ok === false).map((check) => check.name);
  return { code, refused, error: said.error, err };
}

describe('a signed receipt', () => {
  let receipt: Receipt;
  let all: string[];

  beforeAll(() => {
    keyPair('other');
    receipt = signStatement(STATEMENT, keyPair('bench'));
    all = ['--model', file('m.tflite', MODEL), '--firmware', file('f.hex', IMAGE), '--public-key', path('bench.pub')];
  });

  const changed = (change: (copy: Receipt) => void): Receipt => {
    const copy = structuredClone(receipt);
    change(copy);
    return copy;
  };

  it('holds, whatever the order and the white space of its JSON', async () => {
    expect(await verify(receipt, ...all)).toMatchObject({ code: 0, refused: [] });
    const { statement, signature } = receipt;
    const reversed = Object.fromEntries(Object.entries(statement).reverse());
    expect(await verify(JSON.stringify({ signature, statement: reversed }, null, 4), ...all)).toMatchObject({
      code: 0,
    });
  });

  it.each<[name: string, change: (copy: Receipt) => void, refused: string[]]>([
    ['another model', (copy) => (copy.statement.model.sha256 = sha256('x')), ['signature', 'model']],
    ['other firmware', (copy) => delete copy.statement.firmware!.files['hex'], ['signature', 'firmware']],
    ['another board', (copy) => (copy.statement.board.names = ['x']), ['signature']],
    ['hardware', (copy) => (copy.statement.board.verified = 'hardware'), ['signature']],
    ['more vectors', (copy) => (copy.statement.vectors.sent = 51), ['signature', 'vectors']],
    ['other vectors', (copy) => (copy.statement.vectors.inputsSha256 = sha256('x')), ['signature']],
    ['a later time', (copy) => (copy.statement.at = '2027-01-02T03:04:05.000Z'), ['signature']],
    [
      'a signature with one bit flipped',
      (copy) => (copy.signature.value = flipped(copy.signature.value)),
      ['signature'],
    ],
    ['no signature', (copy) => (copy.signature.value = ''), ['signature']],
  ])('that is changed to %s is refused by name', async (_, change, refused) => {
    expect(await verify(changed(change), ...all)).toMatchObject({ code: 1, refused });
  });

  it('that somebody else signed is refused where the signer is given', async () => {
    const forged = signStatement(STATEMENT, readPrivateKey(path('other.pem')));
    expect(await verify(forged, ...all)).toMatchObject({ code: 1, refused: ['signer'] });
    expect(await verify(forged)).toMatchObject({ code: 0 });
  });

  it('of vectors that differed is refused, however well it is signed', async () => {
    const honest = { ...STATEMENT, vectors: { ...STATEMENT.vectors, equal: 49 } };
    expect(await verify(signStatement(honest, readPrivateKey(path('bench.pem'))))).toMatchObject({
      refused: ['vectors'],
    });
    const none = { ...STATEMENT, vectors: { ...STATEMENT.vectors, sent: 0, equal: 0 } };
    expect(await verify(signStatement(none, readPrivateKey(path('bench.pem'))))).toMatchObject({
      refused: ['vectors'],
    });
  });

  it('of another model or firmware than the file is refused', async () => {
    const other = file('other.bin', 'x');
    expect(await verify(receipt, '--model', other)).toMatchObject({ code: 1, refused: ['model'] });
    expect(await verify(receipt, '--firmware', other)).toMatchObject({ code: 1, refused: ['firmware'] });
  });

  it.each([
    ['', /not JSON/],
    ['{', /not JSON/],
    ['[]', /the top level/],
    ['{"statement":{}}', /statement/],
    [' '.repeat(2 ** 20 + 1), /and a receipt has less than/],
  ])('%# that is malformed is a mistake to mend', async (text, says) => {
    const { code, error } = await verify(text);
    expect(code).toBe(2);
    expect(error?.message).toMatch(says);
  });

  it('with keys that are not its own is malformed: nothing unsigned rides along', async () => {
    expect(await verify({ ...receipt, note: 'trust me' })).toMatchObject({
      code: 2,
      error: { code: 'receipt-invalid' },
    });
    const key = changed((copy) => (copy.signature.publicKey = Buffer.from('no key').toString('base64')));
    expect(await verify(key)).toMatchObject({ code: 2, error: { code: 'key-invalid' } });
  });
});

describe('a key', () => {
  it('that others may read does not sign', () => {
    keyPair('open');
    chmodSync(path('open.pem'), 0o644);
    expect(() => readPrivateKey(path('open.pem'))).toThrow(/others may read.*chmod 600/);
  });

  it('of another kind does not sign', () => {
    keyPair('exchange', 'x25519');
    expect(() => readPrivateKey(path('exchange.pem'))).toThrow(/a key of x25519/);
    chmodSync(file('text.pem', 'hello'), 0o600);
    expect(() => readPrivateKey(path('text.pem'))).toThrow(/no such key can be read/);
    expect(() => readPrivateKey(path('none.pem'))).toThrow(/no such file.*openssl genpkey -algorithm ed25519/);
  });
});

describe('canonical JSON', () => {
  it('is as the example of RFC 8785 (3.2.2) has it', () => {
    const text =
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}';
    const expected =
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}';
    expect(canonicalJson(JSON.parse(text))).toBe(expected);
  });
});

function flipped(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[0]! ^= 1;
  return bytes.toString('base64');
}
