// JSON in the one way that RFC 8785 writes it: what is hashed and signed has the same bytes everywhere.
import canonicalize from 'canonicalize';

/** @param value of JSON's kinds alone */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('this value is not JSON');
  return text;
}
