// A receipt: what a board has proven, signed so that nobody can change it unseen.
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { statSync } from 'node:fs';
import { z } from 'zod';
import { canonicalJson } from '../base/canonical.js';
import { KilnError } from '../base/errors.js';
import { readBytes, sha256 } from '../base/files.js';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();
const file = z.strictObject({ sha256: hash, bytes: count });

/** What is signed. */
const statementSchema = z.strictObject({
  format: z.literal('tinykiln-receipt'),
  version: z.literal(1),
  /** ISO 8601, UTC, by the clock of whoever signed. */
  at: z.iso.datetime(),
  model: file,
  /** The image that was built, in each format, by its ending; null where another project's firmware answered. */
  firmware: z.strictObject({ build: z.string(), files: z.record(z.string(), file) }).nullable(),
  board: z.strictObject({
    names: z.array(z.string()),
    verified: z.enum(['emulator', 'hardware']),
    runtime: z.string(),
  }),
  tools: z.strictObject({
    tinykiln: z.string(),
    node: z.string(),
    platform: z.string(),
    compiler: z.string().nullable(),
  }),
  vectors: z.strictObject({
    sent: count,
    equal: count,
    compared: z.enum(['bytes', 'three decimals']),
    /** Of all inputs, and of all expected outputs, one behind the other. */
    inputsSha256: hash,
    outputsSha256: hash,
  }),
});

const signature = z.strictObject({
  algorithm: z.literal('Ed25519'),
  /** SPKI, DER, base64. */
  publicKey: z.base64(),
  /** Of the statement in canonical JSON (RFC 8785), base64. */
  value: z.base64(),
});

const receiptSchema = z.strictObject({ statement: statementSchema, signature });

export type Statement = z.output<typeof statementSchema>;
export type Receipt = z.output<typeof receiptSchema>;

export function signStatement(statement: Statement, key: KeyObject): Receipt {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const value = sign(null, Buffer.from(canonicalJson(statement)), key).toString('base64');
  return { statement, signature: { algorithm: 'Ed25519', publicKey: spki.toString('base64'), value } };
}

/** A private key that nobody else may read. @throws KilnError `key-invalid`, `key-exposed`, `file-unreadable` */
export function readPrivateKey(path: string): KeyObject {
  const pem = readBytes(path, 'Make one: `openssl genpkey -algorithm ed25519 -out key.pem && chmod 600 key.pem`.');
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    const what = 'others may read or write it';
    throw new KilnError('key-exposed', { where: path, what, todo: `Run \`chmod 600 ${path}\`.` });
  }
  return ed25519(path, () => createPrivateKey(pem), 'a private key in PEM (PKCS #8)');
}

/** @throws KilnError `key-invalid`, `file-unreadable` */
export function readPublicKey(path: string): KeyObject {
  const pem = readBytes(path, 'Make it: `openssl pkey -in key.pem -pubout -out public.pem`.');
  return ed25519(path, () => createPublicKey(pem), 'a public key in PEM (SPKI)');
}

function ed25519(where: string, read: () => KeyObject, expected: string): KeyObject {
  let found = 'no such key can be read from it';
  try {
    const key = read();
    if (key.asymmetricKeyType === 'ed25519') return key;
    found = `it is a key of ${key.asymmetricKeyType ?? 'another kind'}`;
  } catch {
    // OpenSSL's own words name no file and no remedy.
  }
  throw new KilnError('key-invalid', { where, what: found, todo: `Give ${expected}, of Ed25519.` });
}

/** First 16 hexadecimal digits of the SHA-256 of a key's public half: how people tell keys apart. */
export function fingerprint(key: KeyObject): string {
  const own = key.type === 'private' ? createPublicKey(key) : key;
  return sha256(own.export({ type: 'spki', format: 'der' })).slice(0, 16);
}

const MOST_BYTES = 1 << 20;

/** @throws KilnError `receipt-invalid`, `file-unreadable` */
export function readReceipt(path: string): Receipt {
  const bytes = readBytes(path, 'Make one with `kiln validate --sign KEY`.');
  if (bytes.length > MOST_BYTES) throw malformed(path, `${bytes.length} B, and a receipt has less than ${MOST_BYTES}`);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw malformed(path, 'it is not JSON');
  }
  const result = receiptSchema.safeParse(value);
  if (result.success) return result.data;
  const { path: keys, message } = result.error.issues[0]!;
  throw malformed(path, `${keys.join('.') || 'the top level'}: ${message}`);
}

function malformed(where: string, what: string): KilnError {
  const todo = 'Give the receipt that `kiln validate --sign KEY` wrote, whole.';
  return new KilnError('receipt-invalid', { where, what, todo });
}

export interface Claims {
  model?: string | undefined;
  firmware?: string | undefined;
  /** Left out, the key that the receipt itself names: that the receipt is whole, not by whom it is. */
  publicKey?: string | undefined;
}

export interface Check {
  name: 'signature' | 'signer' | 'vectors' | 'model' | 'firmware';
  /** Undefined where nothing was given to check against. */
  ok: boolean | undefined;
  says: string;
}

/** Every check by its name. @throws KilnError of the files that are named */
export function checkReceipt({ statement, signature }: Receipt, path: string, claims: Claims): Check[] {
  const own = keyOf(signature.publicKey, path);
  const signed = verify(null, Buffer.from(canonicalJson(statement)), own, Buffer.from(signature.value, 'base64'));
  return [
    {
      name: 'signature',
      ok: signed,
      says: signed ? 'what it says was signed so' : 'what it says is not what was signed',
    },
    signerCheck(own, claims.publicKey),
    vectorCheck(statement.vectors),
    fileCheck('model', claims.model, [statement.model]),
    fileCheck('firmware', claims.firmware, Object.values(statement.firmware?.files ?? {})),
  ];
}

function keyOf(base64: string, path: string): KeyObject {
  const der = Buffer.from(base64, 'base64');
  const where = `${path}: signature.publicKey`;
  return ed25519(where, () => createPublicKey({ key: der, format: 'der', type: 'spki' }), 'the key that signed');
}

function signerCheck(own: KeyObject, path: string | undefined): Check {
  const name = fingerprint(own);
  if (path === undefined) return { name: 'signer', ok: undefined, says: `key ${name}; whose it is was not checked` };
  const wanted = readPublicKey(path);
  if (wanted.equals(own)) return { name: 'signer', ok: true, says: `key ${name}` };
  return { name: 'signer', ok: false, says: `signed by key ${name}, expected ${fingerprint(wanted)} (${path})` };
}

function vectorCheck({ sent, equal, compared }: Statement['vectors']): Check {
  const says = `${equal} of ${sent} equal, ${compared}`;
  return { name: 'vectors', ok: sent > 0 && equal === sent, says };
}

type FileFacts = z.output<typeof file>;

/** @param of the same thing in one or more formats; none where the receipt does not name it */
function fileCheck(name: 'model' | 'firmware', path: string | undefined, of: readonly FileFacts[]): Check {
  const wanted = of.map(({ sha256: hash }) => hash.slice(0, 16)).join(' or ') || 'none';
  if (path === undefined) return { name, ok: undefined, says: `${wanted}; no file was given` };
  const found = sha256(readBytes(path));
  if (of.some(({ sha256: hash }) => hash === found)) return { name, ok: true, says: path };
  return { name, ok: false, says: `${path} is ${found.slice(0, 16)}, the receipt is of ${wanted}` };
}
